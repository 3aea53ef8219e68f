"""What people paste as the address of a robot becomes an address of its service, or a sentence that says why not; nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from common.errors import DomainError
from notifications.channels.robot import _service, address_of
from notifications.models import RobotService

STARTS = [
    "",
    "https://",
    "http://[::1]:",
    "http://h:80/?a=",
    "https://oapi.dingtalk.com/robot/send?access_token=",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
]


@given(st.sampled_from(RobotService.values), st.sampled_from(STARTS), st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_pasted(service, start, rest, secret):
    try:
        address = address_of(service, start + rest, secret)
    except DomainError:
        return
    made = _service(address)
    assert made is not None
    assert type(made).__name__ == {"dingtalk": "NotifyDingTalk", "wecom": "NotifyWeComBot", "gateway": "NotifyJSON"}[service]
