"""Attributes of instances, found as CPython finds them: data descriptors of the class, the instance's own, the rest of the class.

The class is searched by the order of its bases. `super()` searches behind one of them.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import functools
import operator
import types
from typing import Any, NoReturn

from ... import records
from ...library.numpy.places import set_flat
from ...library.python.containers import has_attribute
from ...structure import EVERY_ATTRIBUTE
from ...syntax.rename import plain
from .. import rebinding
from ..complex.arrays import set_part
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Attributes, Dict, Instance
from ..outside import attribute_outside, capture, changeable, never
from ..reach import NeedsStatic
from ..values import UNBOUND, Abstract, Array, Closure, Complex, Maybe, Method, OneOf, Poison, Scalar, Static, Tuple
from ..watch import ABSENT, Attribute, found_in_class
from . import options
from .classes import class_of, gives, raise_absent
from .named import reads_with

FUNCTIONS = (types.FunctionType, functools._lru_cache_wrapper, types.WrapperDescriptorType)
"""What becomes a method when it is read from an instance."""

ROOT = (object, tuple, list, dict, BaseException, types.SimpleNamespace)
"""Classes whose own way with attributes is known."""


def attribute(c: Frame, x: Instance, name: str, node: ast.AST) -> Abstract:
    """`x.name`."""
    value = found(c, x, name, node)
    return fallen_back(c, x, x.type, name, node) if value is None else value


def fallen_back(c: Frame, x: Abstract, kind: type, name: str, node: ast.AST) -> Abstract:
    """What the `__getattr__` of a class gives for an attribute that there is not."""
    fallback = found_in_class(c.unit, kind, "__getattr__")
    if fallback is ABSENT or (records.is_text(kind) and hasattr(records.original(kind), name) and not names(fallback, name)):
        return missing(c, kind, name, node)
    return c.call(Static(fallback, f"{kind.__name__}.__getattr__"), [x, c.constant(name)], {}, node)


def names(fallback: types.FunctionType, name: str) -> bool:
    """Whether the `__getattr__` of a class of the library, which knows some attributes by name, knows this one."""
    return any(name == known or (isinstance(known, (tuple, frozenset)) and name in known) for known in fallback.__code__.co_consts)


def missing(c: Frame, kind: type, name: str, node: ast.AST) -> Abstract:
    stood_for = records.original(kind)
    if stood_for is not kind and hasattr(stood_for, name):
        c.refuse(node, f"'{name}' of {an(stood_for.__name__)} is not supported", "compute it outside and pass it in, or write it out")
    shown = "types.SimpleNamespace" if kind is types.SimpleNamespace else kind.__name__
    return never(c, node, AttributeError, f"'{shown}' object has no attribute '{name}'")


def found(c: Frame, x: Instance, name: str, node: ast.AST) -> Abstract | None:
    """`x.name` without `__getattr__`; None where there is none."""
    kind = x.type
    if name == "__class__":
        return Static(kind, kind.__name__)
    if name == "__dict__":
        return all_of(c, x, node)
    if name == records.HELD and x.held is not None:
        return x.held
    own_way(c, kind, "__getattribute__", node)
    held = found_in_class(c.unit, kind, name)
    if is_data(held) and hasattr(type(held), "__get__"):
        return described(c, x, kind, held, name, node)
    own = of_instance(c, x, name, node, held is not ABSENT)
    if own is not None:
        return own
    return None if held is ABSENT else described(c, x, kind, held, name, node)


def methods_of(c: Frame, x: OneOf, name: str) -> OneOf | None:
    """`x.name` of one of several instances, where it is a method in each of their classes and in none of them: as many methods."""
    found: list[Method] = []
    for one in x.values:
        if not isinstance(one, Instance) or name in one.fields or one.outside:
            return None
        held = found_in_class(c.unit, one.type, name)
        if not isinstance(held, FUNCTIONS):
            return None
        found.append(Method(one, name, Static(held, f"{one.type.__name__}.{name}")))
    return OneOf(tuple(found), x.which)


def all_of(c: Frame, x: Instance, node: ast.AST) -> Abstract:
    """`x.__dict__`, of an instance all of whose attributes are known."""
    if records.OWN_DICT in x.fields:
        return x
    if x.held is not None:
        c.refuse(node, f"the __dict__ of {an(type_name(x))}, which is a container too, is not supported", "name the attributes")
    if x.outside and EVERY_ATTRIBUTE not in c.unit.statics:
        raise NeedsStatic(frozenset([EVERY_ATTRIBUTE]))
    if any(value is UNBOUND or isinstance(value, Maybe) for value in x.fields.values()):
        c.refuse(node, f"which attributes this {x.type.__name__} has depends on the path taken", "set them on every path")
    return Attributes(x)


def own_way(c: Frame, kind: type, name: str, node: ast.AST) -> None:
    """Refuse a class that reads its attributes in a way of its own."""
    if getattr(found_in_class(c.unit, kind, name), "__objclass__", None) not in ROOT:
        c.refuse(node, f"'{kind.__name__}' has a {name} of its own, which is not supported", "define __getattr__ or properties instead")


def is_data(held: Any) -> bool:
    """Whether what stands in a class goes before the instance's own attribute."""
    return hasattr(type(held), "__set__") and not isinstance(held, types.MemberDescriptorType)


def of_instance(c: Frame, x: Instance, name: str, node: ast.AST, in_class: bool) -> Abstract | None:
    """The instance's own attribute; None if it has none."""
    own = own_of(x).get(name, UNBOUND)
    if own is UNBOUND and records.OWN_DICT in x.fields:
        if not isinstance(x.held, Dict):
            c.refuse(node, f"which attributes this {x.type.__name__} has is known only at run time", f"write x[{name!r}]")
        return None
    if own is UNBOUND:
        if in_class and records.is_text(x.type):  # what a text defines is not read from the object
            return None
        if x.unread([name]):
            raise NeedsStatic(reads_with(c, x.type, name))
        return None
    if isinstance(own, Maybe) and own.absent == "unbound":
        if in_class:
            c.refuse(node, f"'{name}' is the instance's own on some paths, and its class's on others", "set it on every path")
        c.at(node)
        c.check(own.present, AttributeError, f"'{x.type.__name__}' object has no attribute '{name}'")
        x.contents = {**x.fields, name: own.value}
        return own.value
    return own


def own_of(x: Instance) -> dict[str, Abstract]:
    """The attributes of an instance that are known to be its own."""
    found = x.fields.get(records.OWN_DICT)
    if isinstance(found, Dict):
        return found.entries
    return {} if found is not None else x.fields


# What stands in a class ------------------------------------------------------------------------------------------------


def class_attribute(c: Frame, x: Abstract, kind: type, name: str, node: ast.AST) -> Abstract:
    """A method, property or constant of the class `kind` of `x`."""
    if name == "__class__":
        return Static(kind, kind.__name__)
    if name in ("_replace", "_asdict") and isinstance(x, Tuple):
        return Method(x, name)
    held = found_in_class(c.unit, kind, name)
    return missing(c, kind, name, node) if held is ABSENT else described(c, x, kind, held, name, node)


def of_record(c: Frame, x: Tuple, name: str, node: ast.AST) -> Abstract:
    """`x.name` of a NamedTuple, for a name that is none of its fields."""
    if gives(x.type, name):
        return class_attribute(c, x, x.type, name, node)
    return fallen_back(c, x, x.type, name, node)


def described(c: Frame, x: Abstract, kind: type, held: Any, name: str, node: ast.AST, owner: type | None = None) -> Abstract:
    """What `held`, which stands in a class under this name, is as an attribute of its instance `x`. `owner` is the class, where it is
    not the first in the order of the bases that has the name."""
    path = f"{kind.__name__}.{name}"
    if getattr(held, "__objclass__", None) in records.CONTAINERS and isinstance(x, Instance) and x.held is not None:
        return c.attribute(x.held, name, node) if name == held.__name__ else Method(x, name, Static(held, path))
    if isinstance(held, FUNCTIONS):
        return Method(x, name, Static(held, path))
    if type(held) is property:
        if held.fget is None:
            return never(c, node, AttributeError, f"property '{name}' of '{kind.__name__}' object has no getter")
        return c.call(Static(held.fget, path), [x], {}, node)
    if type(held) is staticmethod:
        return Static(held.__func__, path)
    if type(held) is classmethod:
        return Method(Static(kind), name, Static(held.__func__, path))
    if type(held) is functools.cached_property:
        value = c.call(Static(held.func, path), [x], {}, node)
        if isinstance(x, Instance):
            store(c, x, name, value, node)
        return value
    if isinstance(held, types.MemberDescriptorType):
        return missing(c, kind, name, node)
    if hasattr(type(held), "__get__"):
        getter = found_in_class(c.unit, type(held), "__get__")
        if not isinstance(getter, types.FunctionType):
            what = type(held).__name__
            c.refuse(node, f"'{name}' of {an(kind.__name__)} is {an(what)}, which is not supported", "use a method or a property")
        return c.call(Static(getter, f"{type(held).__name__}.__get__"), [descriptor(c, kind, held, name, node), x, Static(kind)], {}, node)
    if owner is not None:
        return capture(c, ("attribute", id(owner), name), f"{owner.__name__}.{name}", Attribute(owner, name), node)
    return attribute_outside(c, Static(kind, kind.__name__), name, node)


def descriptor(c: Frame, kind: type, held: Any, name: str, node: ast.AST) -> Abstract:
    """The object that stands in a class under this name, itself."""
    return capture(c, ("descriptor", id(held)), f"{kind.__name__}.{name}", lambda: held, node)


# Setting --------------------------------------------------------------------------------------------------------------


def set_attribute(c: Frame, node: ast.AST, holder: Abstract, name: str, value: Abstract) -> None:
    """`holder.name = value`."""
    if isinstance(holder, Poison):
        c.spoilt(holder)
    if options.done(c, holder, lambda one: set_attribute(c, node, one, name, value), node):
        return
    if isinstance(holder, (Array, Complex)) and set_part(c, node, holder, name, value):
        return
    if isinstance(holder, Array) and name == "flat":
        c.call(Static(set_flat), [holder, value], {}, node)
        return
    if isinstance(holder, Closure):
        set_of_function(c, node, holder, name, value)
        return
    found = rebinding.of_attribute(holder.value, name) if isinstance(holder, Static) else None
    if found is not None:
        store(c, rebinding.standing_for(c, *found, node), name, value, node)
        return
    if not isinstance(holder, Instance):
        refuse_setting(c, holder, name, node)
    kind = holder.type
    if records.is_frozen(kind):
        never(c, node, dataclasses.FrozenInstanceError, f"cannot assign to field '{name}'")
    setter = found_in_class(c.unit, kind, "__setattr__")
    if isinstance(setter, types.FunctionType) or getattr(setter, "__objclass__", None) in records.CONTAINERS:
        c.call(Static(setter, f"{kind.__name__}.__setattr__"), [holder, c.constant(name), value], {}, node)
        return
    own_way(c, kind, "__setattr__", node)
    plainly_set(c, node, holder, name, value)


def set_of_function(c: Frame, node: ast.AST, holder: Closure, name: str, value: Abstract) -> None:
    """`f.name = …` of a function made here: what is known, where it is made."""
    if holder.made is not c.b:
        c.refuse(node, "an attribute of a function that is not assigned where the function is defined is not supported", "use an instance")
    if not isinstance(value, Static) and not (isinstance(value, Scalar) and value.is_static):
        c.refuse(node, "an attribute of a function that is no known number or name is not supported", "use an instance")
    holder.attributes[name] = value.value if isinstance(value, Static) else value.static


def refuse_setting(c: Frame, holder: Abstract, name: str, node: ast.AST) -> NoReturn:
    """`holder.name = …` of what is no instance. Modules, classes and functions hold attributes too, which are everybody's."""
    kind = class_of(holder)
    if kind is not None and not kind.__dictoffset__:
        raise_absent(c, holder, name, node)
    if isinstance(holder, Static) and isinstance(holder.value, (type, types.ModuleType)):
        what = "the class" if isinstance(holder.value, type) else "the module"
        c.refuse(
            node, f"assigning an attribute of {what} '{holder.value.__name__}' is not supported", "keep it in an instance, or pass it in"
        )
    c.refuse(node, f"assigning an attribute of {an(type_name(holder))} is not supported", "use an instance")


def plainly_set(c: Frame, node: ast.AST, holder: Instance, name: str, value: Abstract) -> None:
    """`object.__setattr__(holder, name, value)`."""
    kind = holder.type
    held = found_in_class(c.unit, kind, name)
    if type(held) is property:
        if held.fset is None and records.is_text(kind):
            c.refuse(node, f"assigning '{name}' of {an(kind.__name__)} is not supported", "make a new one in its place")
        if held.fset is None:
            never(c, node, AttributeError, f"property '{name}' of '{kind.__name__}' object has no setter")
        c.call(Static(held.fset, f"{kind.__name__}.{name}"), [holder, value], {}, node)
        return
    if is_data(held) and not (name == "__dict__" and value is holder):
        setter = found_in_class(c.unit, type(held), "__set__")
        if not isinstance(setter, types.FunctionType):
            c.refuse(node, f"'{name}' of {an(kind.__name__)} is {an(type(held).__name__)}, which is not supported", "use a property")
        c.call(Static(setter, f"{type(held).__name__}.__set__"), [descriptor(c, kind, held, name, node), holder, value], {}, node)
        return
    if not kind.__dictoffset__ and not isinstance(held, types.MemberDescriptorType):
        missing(c, kind, name, node)
    store(c, holder, name, value, node)


def rebind(c: Frame, name: str, value: Abstract, node: ast.AST | None) -> None:
    """Give a variable outside this function, which says that it is `global` or `nonlocal`, another value."""
    if not isinstance(value, Poison):
        node = node or c.node
        store(c, rebinding.standing_for(c, *rebinding.of_name(c.outside, plain(name)), node), plain(name), value, node)


def store(c: Frame, holder: Instance, name: str, value: Abstract, node: ast.AST) -> None:
    """Give the instance this attribute of its own."""
    if name == "__dict__" and value is holder and isinstance(holder.held, Dict) and set(holder.fields) == {records.HELD}:
        holder.contents = {records.OWN_DICT: holder.held}
        return
    if records.OWN_DICT in holder.fields:
        c.call(Static(operator.setitem), [holder.fields[records.OWN_DICT], c.constant(name), value], {}, node)
        return
    changeable(c, holder, node)
    if holder.unread([name]):
        raise NeedsStatic(reads_with(c, holder.type, name))
    holder.contents = in_order(holder.type, {**holder.fields, name: value})


def in_order(kind: type, values: dict[str, Abstract]) -> dict[str, Abstract]:
    """The values in the order of the fields of a dataclass, other attributes behind them."""
    if not dataclasses.is_dataclass(kind):
        return values
    fields = [f.name for f in dataclasses.fields(kind) if f.name in values]
    return {name: values[name] for name in dict.fromkeys((*fields, *values))}


def delete_attribute(c: Frame, node: ast.AST, holder: Abstract, name: str) -> None:
    """`del holder.name`."""
    if isinstance(holder, Poison):
        c.spoilt(holder)
    if not isinstance(holder, Instance):
        refuse_setting(c, holder, name, node)
    kind = holder.type
    if records.is_frozen(kind):
        never(c, node, dataclasses.FrozenInstanceError, f"cannot delete field '{name}'")
    own_way(c, kind, "__delattr__", node)
    held = found_in_class(c.unit, kind, name)
    if type(held) is property and held.fdel is not None:
        c.call(Static(held.fdel, f"{kind.__name__}.{name}"), [holder], {}, node)
        return
    if is_data(held):
        c.refuse(node, f"deleting '{name}' of {an(kind.__name__)}, which its class describes, is not supported", "set it to None")
    if holder.outside:
        c.refuse(node, "deleting an attribute of an object that comes from outside is not supported", "set it to None")
    if of_instance(c, holder, name, node, held is not ABSENT) is None:
        missing(c, kind, name, node)
    changeable(c, holder, node)
    holder.contents = {key: value for key, value in holder.fields.items() if key != name}


# Known objects --------------------------------------------------------------------------------------------------------


def of_member(c: Frame, member: Static, name: str, node: ast.AST) -> Abstract:
    """An attribute of a member of an Enum, which never changes."""
    kind = type(member.value)
    if name in ("value", "name", "_value_", "_name_"):
        return c.constant(getattr(member.value, name), name)
    held = found_in_class(c.unit, kind, name)
    if held is ABSENT or isinstance(held, enum.Enum):
        return attribute_outside(c, member, name, node)
    return described(c, member, kind, held, name, node)


def has(c: Frame, x: Instance, name: str, node: ast.AST) -> Scalar:
    """Whether an instance has an attribute: known, or as the path taken decides."""
    own_way(c, x.type, "__getattribute__", node)
    held = found_in_class(c.unit, x.type, name)
    if held is not ABSENT and not isinstance(held, types.MemberDescriptorType):
        return Scalar(c.b.bool(True), "bool", True)
    own = own_of(x).get(name, UNBOUND)
    if isinstance(own, Maybe) and own.absent == "unbound":
        return Scalar(own.present, "bool")
    if own is UNBOUND:
        own = of_instance(c, x, name, node, False) or UNBOUND
    if own is UNBOUND and found_in_class(c.unit, x.type, "__getattr__") is not ABSENT:
        answer = c.call(Static(has_attribute), [x, c.constant(name)], {}, node)
        assert isinstance(answer, Scalar)
        return answer
    known = own is not UNBOUND
    return Scalar(c.b.bool(known), "bool", known)


def untold(c: Frame, kind: type, name: str, node: ast.AST) -> NoReturn:
    c.refuse(node, f"whether a {kind.__name__}, which has a __getattr__, has '{name}' is not known", "use try and except AttributeError")
