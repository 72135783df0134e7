"""Lists and maps with one item changed. The value itself stays as it is: the result is another one."""

from __future__ import annotations

from typing import Any

from migrate.model.functions.declaration import kernel


@kernel("python.with_item", result=lambda operands: operands[0].type, total_on=[("map", "scalar", "any")])
def _with_item(container: Any, key: Any, value: Any) -> Any:
    """The container after `container[key] = value`.

    A map keeps the place of a key that it has (and the key as it was: 1 stays where 1.0 is set), a new one comes last;
    of a list the item at an integer from its bounds is another. Lists and maps as keys, and other containers, are
    errors.
    """
    if isinstance(container, (dict, list)):
        changed: Any = container.copy()
        changed[key] = value
        return changed
    raise TypeError


@kernel("python.without_item", result=lambda operands: operands[0].type)
def _without_item(container: Any, key: Any) -> Any:
    """The container after `del container[key]`; a key or index that is not there is an error."""
    if isinstance(container, (dict, list)):
        changed: Any = container.copy()
        del changed[key]
        return changed
    raise TypeError


@kernel("python.without_key", result="map", total_on=[("map", "scalar")])
def _without_key(container: Any, key: Any) -> Any:
    """The map after `container.pop(key, None)`: without the key, whether it was there or not."""
    if not isinstance(container, dict):
        raise AttributeError
    changed = container.copy()
    changed.pop(key, None)
    return changed


@kernel("python.with_default", result="map", total_on=[("map", "scalar", "any")])
def _with_default(container: Any, key: Any, value: Any) -> Any:
    """The map after `container.setdefault(key, value)`: with the value at the key unless that is there."""
    if not isinstance(container, dict):
        raise AttributeError
    changed = container.copy()
    changed.setdefault(key, value)
    return changed


@kernel("python.appended", result="list", total_on=[("list", "any")])
def _appended(container: Any, value: Any) -> Any:
    """The list after `container.append(value)`; anything but a list is an error."""
    if not isinstance(container, list):
        raise AttributeError
    return [*container, value]


@kernel("python.extended", result="list")
def _extended(container: Any, values: Any) -> Any:
    """The list after `container.extend(values)`, the values a list; anything but a list is an error."""
    if not isinstance(container, list):
        raise AttributeError
    return [*container, *values]


@kernel("python.add_in_place", result=None)
def _add_in_place(old: Any, value: Any) -> Any:
    """What a name holds after `name += value`: of a list, its items and those of the value; else `old + value`."""
    if isinstance(old, list):
        return [*old, *value]
    return old + value


@kernel("python.updated", result="map", total_on=[("map", "map")])
def _updated(container: Any, other: Any) -> Any:
    """The map after `container.update(other)`: of a map, or of a list of pairs of key and value."""
    if not isinstance(container, dict):
        raise AttributeError
    changed = container.copy()
    changed.update(other)
    return changed
