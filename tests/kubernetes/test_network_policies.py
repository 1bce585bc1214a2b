# SPDX-License-Identifier: Apache-2.0
"""Who may connect to whom, as the policies say it on either side, is who needs to."""

from .manifests import Object, Overlay, Pod

OUTSIDE = {53: "names", 3306: "database", 443: "Keystone", 5000: "Keystone", 11211: "memcached"}
"""The ports that a service with everything outside needs."""


def policies(overlay: Overlay, pod: Pod) -> list[Object]:
    return [
        each["spec"]
        for each in overlay.all("NetworkPolicy")
        if pod in overlay.selected(each["spec"]["podSelector"]["matchLabels"])
    ]


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
        opened = {port["port"] for rule in policy["ingress"] for port in rule["ports"]}
        assert opened == set(pod.ports.values())


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
        asks_names = any(port["port"] == 53 for rule in policy["egress"] for port in rule["ports"])
        assert asks_names == bool(wanted), name
        for other in demo.pods:
            (theirs,) = policies(demo, other)
            for port in other.ports.values():
                out = admits(demo, policy["egress"], "to", other, port)
                let_in = admits(demo, theirs["ingress"], "from", pod, port)
                key = next(known for known in connects if other.name.startswith(known))
                assert out == (wanted.get(key) == port), (name, key)
                assert let_in or not out, (name, key)


def test_a_service_with_everything_outside_may_reach_it_by_port() -> None:
    production = Overlay("production")
    for name, ports in {"placement": set(OUTSIDE), "db-sync": {53, 3306}}.items():
        (policy,) = policies(production, production.pod(name))
        assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == ports


def test_the_smallest_one_reaches_nothing() -> None:
    alone = Overlay("sqlite-noauth")
    (policy,) = policies(alone, alone.pod("placement"))
    assert policy["egress"] == []
