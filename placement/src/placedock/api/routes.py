# SPDX-License-Identifier: Apache-2.0
"""Every URL and method of the API: which controller answers, who may call it, and since which microversion it exists.

This table is the only place that says so. The lookup, the `Allow` header, the policies and the OpenAPI document derive from
it, and the process does not start with a table that is wrong (`route_checks`).
"""

from placedock.api.controllers.aggregates import ProviderAggregatesController
from placedock.api.controllers.allocations import (
    AllocationsController,
    ConsumerAllocationsController,
    ProviderAllocationsController,
)
from placedock.api.controllers.candidates import CandidatesController
from placedock.api.controllers.inventories import (
    ProviderInventoriesController,
    ProviderInventoryController,
)
from placedock.api.controllers.providers import ProviderController, ProvidersController
from placedock.api.controllers.reshaper import ReshaperController
from placedock.api.controllers.resource_classes import (
    ResourceClassController,
    ResourceClassesController,
)
from placedock.api.controllers.traits import (
    ProviderTraitsController,
    TraitController,
    TraitsController,
)
from placedock.api.controllers.usages import ProviderUsagesController, UsagesController
from placedock.api.controllers.versions import VersionsController
from placedock.api.microversion import Feature
from placedock.api.route import OPEN, PROJECT_READER, SERVICE, Guard, Route
from placedock.api.router import Router

ROUTES = [
    Route("/", VersionsController, {"GET": Guard(OPEN)}),
    Route(
        "/resource_classes",
        ResourceClassesController,
        {
            "GET": Guard("resource_classes:list"),
            "POST": Guard("resource_classes:create"),
        },
        Feature.RESOURCE_CLASSES,
    ),
    Route(
        "/resource_classes/{name}",
        ResourceClassController,
        {
            "GET": Guard("resource_classes:show"),
            "PUT": Guard("resource_classes:update"),
            "DELETE": Guard("resource_classes:delete"),
        },
        Feature.RESOURCE_CLASSES,
    ),
    Route(
        "/resource_providers",
        ProvidersController,
        {
            "GET": Guard("resource_providers:list"),
            "POST": Guard("resource_providers:create"),
        },
    ),
    Route(
        "/resource_providers/{uuid}",
        ProviderController,
        {
            "GET": Guard("resource_providers:show"),
            "PUT": Guard("resource_providers:update"),
            "DELETE": Guard("resource_providers:delete"),
        },
    ),
    Route(
        "/resource_providers/{uuid}/aggregates",
        ProviderAggregatesController,
        {
            "GET": Guard("resource_providers:aggregates:list"),
            "PUT": Guard("resource_providers:aggregates:update"),
        },
        Feature.AGGREGATES,
    ),
    Route(
        "/resource_providers/{uuid}/allocations",
        ProviderAllocationsController,
        {"GET": Guard("resource_providers:allocations:list")},
    ),
    Route(
        "/resource_providers/{uuid}/inventories",
        ProviderInventoriesController,
        {
            "GET": Guard("resource_providers:inventories:list"),
            "PUT": Guard("resource_providers:inventories:update"),
            "POST": Guard("resource_providers:inventories:create"),
            "DELETE": Guard(
                "resource_providers:inventories:delete", since=Feature.DELETE_ALL_INVENTORIES
            ),
        },
    ),
    Route(
        "/resource_providers/{uuid}/inventories/{resource_class}",
        ProviderInventoryController,
        {
            "GET": Guard("resource_providers:inventories:show"),
            "PUT": Guard("resource_providers:inventories:update"),
            "DELETE": Guard("resource_providers:inventories:delete"),
        },
    ),
    Route(
        "/resource_providers/{uuid}/traits",
        ProviderTraitsController,
        {
            "GET": Guard("resource_providers:traits:list"),
            "PUT": Guard("resource_providers:traits:update"),
            "DELETE": Guard("resource_providers:traits:delete"),
        },
        Feature.TRAITS,
    ),
    Route(
        "/resource_providers/{uuid}/usages",
        ProviderUsagesController,
        {"GET": Guard("resource_providers:usages")},
    ),
    Route(
        "/allocations",
        AllocationsController,
        {"POST": Guard("allocations:manage")},
        Feature.POST_ALLOCATIONS,
    ),
    Route(
        "/allocations/{consumer_uuid}",
        ConsumerAllocationsController,
        {
            "GET": Guard("allocations:list"),
            "PUT": Guard("allocations:update"),
            "DELETE": Guard("allocations:delete"),
        },
    ),
    Route(
        "/allocation_candidates",
        CandidatesController,
        {"GET": Guard("allocation_candidates:list")},
        Feature.CANDIDATES,
    ),
    Route("/traits", TraitsController, {"GET": Guard("traits:list")}, Feature.TRAITS),
    Route(
        "/traits/{name}",
        TraitController,
        {
            "GET": Guard("traits:show"),
            "PUT": Guard("traits:update"),
            "DELETE": Guard("traits:delete"),
        },
        Feature.TRAITS,
    ),
    Route("/usages", UsagesController, {"GET": Guard("usages", PROJECT_READER)}, Feature.USAGES),
    Route(
        "/reshaper",
        ReshaperController,
        {"POST": Guard("reshaper:reshape", SERVICE)},
        Feature.RESHAPER,
    ),
]

ROUTER = Router(ROUTES)
