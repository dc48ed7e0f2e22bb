"""What a registry offers, in words for somebody who asked for something else."""

from __future__ import annotations

from collections.abc import Mapping

from scrapers.channels import Channel

WAYS = {
    "roster": "roster (the whole list, over the network)",
    "lookup": "lookup (one credential, over the network: --lookup NUMBER)",
    "file": "file (download it from {home}, then read it)",
    "saved_page": "saved_page (save the page in a browser at {home}, then read it)",
    "manual": "manual (a person looks: {by_hand}; on the site, moderators do so under By hand)",
}


def ways_in(channels: Mapping[str, Channel], home: str) -> str:
    """The doors of a registry, and what to do at each."""
    manual = channels.get("manual")
    by_hand = (manual and manual.by_hand and (manual.by_hand.address or manual.by_hand.ask)) or home
    return "; ".join(WAYS[name].format(home=home, by_hand=by_hand) for name in channels)
