# SPDX-License-Identifier: Apache-2.0
"""The network policies of both sides allow the connections that are needed, and no others."""

from typing import Any

from .manifests import Object, Overlay, Pod

OUTSIDE = {53: "DNS", 3306: "database", 443: "Keystone", 5000: "Keystone"}
"""The ports that placement needs outside its namespace in production."""


def policies(overlay: Overlay, pod: Pod) -> list[Object]:
    return [
        each["spec"]
        for each in overlay.all("NetworkPolicy")
        if pod in overlay.selected(each["spec"]["podSelector"]["matchLabels"])
    ]


def rules(policy: Object, direction: str) -> list[Object]:
    """The rules for a direction. A policy for it without rules admits nothing."""
    assert direction.capitalize() in policy["policyTypes"]
    found: list[dict[str, Any]] = policy.get(direction, [])
    return found


def admits(overlay: Overlay, rules: list[Object], side: str, other: Pod, port: int) -> bool:
    """Whether one of the rules lets traffic with `other` (the `side` of it) through at a port."""
    return any(
        port in [each["port"] for each in rule["ports"] if each["protocol"] == "TCP"]
        and (
            side not in rule
            or any(other in overlay.selected(p["podSelector"]["matchLabels"]) for p in rule[side])
        )
        for rule in rules
    )


def test_every_pod_has_one_policy_for_both_directions(overlay: Overlay) -> None:
    assert len(overlay.all("NetworkPolicy")) == len(overlay.pods)
    for pod in overlay.pods:
        (policy,) = policies(overlay, pod)
        assert policy["policyTypes"] == ["Ingress", "Egress"]
        opened = {port["port"] for rule in rules(policy, "ingress") for port in rule["ports"]}
        assert opened == pod.served


def test_the_policies_let_through_what_the_settings_ask_for_and_nothing_else() -> None:
    demo = Overlay("demo")
    connects: dict[str, dict[str, int]] = {
        "placement": {"mysql": 3306, "keystone-stub": 5000, "memcached": 11211},
        "db-sync": {"mysql": 3306},
        "mysql": {},
        "keystone-stub": {},
        "memcached": {},
    }
    (secret,) = [name for name in demo.names("Secret") if name.startswith("placement-")]
    settings = demo.variables(demo.pod("placement"))
    spoken = " ".join([*demo.texts("Secret", secret).values(), *settings.values()])
    assert all(name in spoken for name in connects["placement"])
    for name, wanted in connects.items():
        pod = demo.pod(name)
        (policy,) = policies(demo, pod)
        out_rules = rules(policy, "egress")
        asks_names = any(port["port"] == 53 for rule in out_rules for port in rule["ports"])
        assert asks_names == bool(wanted), name
        for other in demo.pods:
            (theirs,) = policies(demo, other)
            for port in other.ports.values():
                out = admits(demo, out_rules, "to", other, port)
                let_in = admits(demo, rules(theirs, "ingress"), "from", pod, port)
                key = next(known for known in connects if other.name.startswith(known))
                assert out == (wanted.get(key) == port), (name, key)
                assert let_in or not out, (name, key)


def test_production_reaches_what_is_outside_by_port_and_memcached_inside() -> None:
    production = Overlay("production")
    memcached = production.pod("memcached")
    for name, ports in {"placement": set(OUTSIDE), "db-sync": {53, 3306}}.items():
        (policy,) = policies(production, production.pod(name))
        outside = [rule for rule in rules(policy, "egress") if "to" not in rule]
        assert {port["port"] for rule in outside for port in rule["ports"]} == ports
        inside = admits(production, rules(policy, "egress"), "to", memcached, 11211)
        assert inside == (name == "placement")
    (theirs,) = policies(production, memcached)
    assert admits(production, rules(theirs, "ingress"), "from", production.pod("placement"), 11211)
    assert not admits(
        production, rules(theirs, "ingress"), "from", production.pod("db-sync"), 11211
    )
    settings = production.variables(production.pod("placement"))
    assert settings["OS_KEYSTONE_AUTHTOKEN__MEMCACHED_SERVERS"] == "memcached:11211"
    assert "memcached" in production.names("Service")


def test_the_smallest_one_reaches_nothing() -> None:
    alone = Overlay("sqlite-noauth")
    (policy,) = policies(alone, alone.pod("placement"))
    assert rules(policy, "egress") == []
