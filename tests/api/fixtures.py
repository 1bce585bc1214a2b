# SPDX-License-Identifier: Apache-2.0
"""gabbi's fixtures for lessons: the service with one or another setting. Each lesson begins with an empty database."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

from gabbi.fixture import GabbiFixture

from . import stage


class Service(GabbiFixture):
    """With the settings that it has by default, believing every caller."""

    settings: ClassVar[Mapping[str, str]] = {}
    policy: ClassVar[str] = ""

    def start_fixture(self) -> None:
        self.at_the_end = ExitStack()
        settings = dict(self.settings)
        if self.policy:
            folder = self.at_the_end.enter_context(tempfile.TemporaryDirectory())
            settings["OS_OSLO_POLICY__POLICY_FILE"] = str(Path(folder, "policy.yaml"))
            Path(folder, "policy.yaml").write_text(self.policy)
        self.at_the_end.enter_context(stage.serving(settings))

    def stop_fixture(self) -> None:
        self.at_the_end.close()


class ServiceWithLegacyDefaults(Service):
    settings: ClassVar = {"OS_OSLO_POLICY__ENFORCE_NEW_DEFAULTS": "False"}


class ServiceWithPolicyFile(Service):
    """Auditors may list providers, and nobody may list traits."""

    policy: ClassVar = """
        "placement:resource_providers:list": "role:auditor or role:admin"
        "placement:traits:list": "!"
        """


class ServiceWithCors(Service):
    settings: ClassVar = {
        "OS_CORS__ALLOWED_ORIGIN": "http://dashboard.example.com",
        "OS_CORS__ALLOW_HEADERS": "openstack-api-version,x-auth-token",
    }
