"""One factory for each model of the organisation."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from positions.models import (
    Appointment,
    Body,
    BodyKind,
    BodyMembership,
    Department,
    DivisionOfWork,
    Position,
    Unit,
)

LONG_AGO = date(2020, 1, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    staff_number = factory.Sequence(lambda n: f"T{n:05d}")
    name = factory.Sequence(lambda n: f"职工{n}")
    password = factory.django.Password("Test-passw0rd!")


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"测试局{n}")
    code = factory.Sequence(lambda n: f"T{n}")

    @classmethod
    def _create(cls, model_class, *args, parent=None, **kwargs):
        unit = Unit(**kwargs)
        return Unit.objects.add_child(parent, instance=unit) if parent else Unit.objects.add_root(instance=unit)


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    unit = factory.SubFactory(UnitFactory)
    name = factory.Sequence(lambda n: f"科室{n}")


class PositionFactory(DjangoModelFactory):
    """Give `department=` for posts of a department, or `unit=` and a leadership rank."""

    class Meta:
        model = Position

    name = factory.Sequence(lambda n: f"岗位{n}")
    department = None
    unit = factory.LazyAttribute(lambda o: o.department.unit if o.department else UnitFactory())


class AppointmentFactory(DjangoModelFactory):
    class Meta:
        model = Appointment

    person = factory.SubFactory(UserFactory)
    position = factory.SubFactory(PositionFactory)
    starts_on = LONG_AGO


class DivisionFactory(DjangoModelFactory):
    class Meta:
        model = DivisionOfWork

    starts_on = LONG_AGO


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = Body

    unit = factory.SubFactory(UnitFactory)
    kind = BodyKind.LEADING_GROUP
    name = factory.LazyAttribute(lambda o: BodyKind(o.kind).label)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = BodyMembership

    person = factory.SubFactory(UserFactory)
    starts_on = LONG_AGO
