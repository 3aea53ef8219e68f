# Everything that can be said about the code without running its tests. All checks run; the exit code tells of any fault.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=""

step() {
    name=$1
    shift
    printf '%s ... ' "$name"
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        echo ok
    else
        echo FAILED
        cat "$log"
        failed="$failed, $name"
    fi
    rm -f "$log"
}

# Settings that a real installation would have, and nothing of the one who runs this.
deploy_check() {
    SECRET_KEY=$($bin/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
        LEADS_KEYS=$($bin/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())') \
        ALLOWED_HOSTS=lianfang.example.gov.cn HTTPS=1 DEBUG=0 LIANFANG_DEMO=0 LIANFANG_TESTING=0 \
        LIANFANG_DATA_DIR=$(mktemp -d) EMAIL_URL=smtp://mail.example.gov.cn \
        $bin/python manage.py check --deploy --fail-level WARNING
}

# The types take as long as all other checks together: they are looked at beside them, and waited for at the end.
types_log=$(mktemp)
LIANFANG_TESTING=1 $bin/mypy --no-error-summary accounts api assessments audit common config deadlines demo early_warnings education jobs leads notifications \
    positions regrading reporting risks talks web scripts tests manage.py >"$types_log" 2>&1 &
types=$!

types_checked() {
    wait "$types"
    code=$?
    cat "$types_log"
    rm -f "$types_log"
    return "$code"
}

step "format" $bin/ruff format --check --quiet .
step "lint" $bin/ruff check --quiet .
step "files" $bin/python scripts/check_files.py
step "import layers" $bin/lint-imports --no-cache
step "private modules" $bin/python scripts/check_imports.py
step "templates, lint" $bin/djlint --lint --quiet templates
step "translations" $bin/python scripts/translate.py check
step "migrations" $bin/python manage.py makemigrations --check --dry-run
step "state diagrams" $bin/python manage.py state_diagrams --check
step "deployment" deploy_check
step "every route is in the authorisation matrix" $bin/python -m pytest -q -p no:cacheprovider tests/test_permission_matrix.py -k declared
step "types" types_checked

if [ -n "$failed" ]; then
    echo "Failed:${failed#,}"
    exit 1
fi
echo "All checks passed."
