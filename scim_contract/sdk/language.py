"""The languages whose SDK can be judged: what a release is called, and how it writes the contract's names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scim_contract.targets import ConfigurationError, nearest


@dataclass(frozen=True)
class Language:
    """One language of the vendor's SDKs.

    `package` is its name in the registry, empty where a checkout is all there is; `driver` the file under
    drivers/. `camel` tells how methods and arguments are written, `models` whether bodies and results are
    objects of classes of its own (else plain JSON), `dates` whether a date is read as the language's own.
    `tls` is set where the library speaks nothing but https.
    """

    name: str
    package: str
    driver: str
    camel: bool = False
    models: bool = True
    dates: bool = True
    tls: bool = False

    def method(self, operation_id: str) -> str:
        """The reference's operation in the language's case."""
        return _camel(operation_id) if self.camel else operation_id

    def argument(self, parameter: str) -> str:
        """A parameter, named as on the wire, in the language's case."""
        snake = _snake(parameter.replace("-", "_"))
        return _camel(snake) if self.camel else snake

    def attribute(self, name: str) -> str:
        """The attribute under which a property of a model is read and written."""
        if not self.models:
            return name
        return _snake(re.sub(r"[^\w.]", "", name).replace(".", "_"))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("__", "_")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


LANGUAGES: Mapping[str, Language] = {
    language.name: language
    for language in (
        Language("python", "PureCloudPlatformClientV2", "python_driver.py"),
        Language(
            "javascript", "purecloud-platform-client-v2", "node_driver.cjs", camel=True, models=False, dates=False
        ),
        Language("ruby", "", "ruby_driver.rb", tls=True),
    )
}


def language(name: str) -> Language:
    """The language of that name.

    Raises:
        ConfigurationError: there is no driver for it.
    """
    if name not in LANGUAGES:
        raise ConfigurationError(f"no driver for SDKs of {name!r}{nearest(name, list(LANGUAGES))}")
    return LANGUAGES[name]
