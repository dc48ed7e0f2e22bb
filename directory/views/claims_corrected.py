"""Sentences often written about cosmetic acupuncture, and what the sources support instead. For the safety page.

Each is (what is said, what may be said, keys of `literature.SOURCES`).
"""

from __future__ import annotations

CLAIMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "“No risk of adverse reactions.”",
        "Bruises, bleeding, swelling and dizziness are expected; serious events are rare and do happen.",
        ("baumler", "shin"),
    ),
    (
        "“Non-invasive.”",
        "Needles pierce the skin, and local authorities in the United Kingdom class that as invasive.",
        ("councils",),
    ),
    ("“No downtime or recovery.”", "Bruises happen, and a bruise on the face can be seen.", ("shin",)),
    (
        "“Do not take blood-thinning medication before a session.”",
        "Tell the practitioner about it. Never stop a prescribed medicine without the person who prescribed it.",
        ("mcculloch", "hsieh"),
    ),
    (
        "“It does not carry the same risks as injections.”",
        "Bruising and infection are shared by both. The spread of a toxin belongs to botulinum toxin alone.",
        ("botox", "kim"),
    ),
    (
        "“Botulinum toxin only carries a risk of bruising or infection.”",
        "Its label has a boxed warning: its effect can spread, to swallowing and breathing; deaths were reported.",
        ("botox",),
    ),
    (
        "“Injections only address the surface of the skin.”",
        "Botulinum toxin is injected into muscle.",
        ("botox",),
    ),
    (
        "“Botulinum toxin lasts up to six months.”",
        "The label speaks of doses at least three months apart, and says no more than that.",
        ("botox",),
    ),
    (
        "“Results last for years.”",
        "The longest follow-up found was 12 weeks.",
        ("haghir",),
    ),
    (
        "“Stimulates collagen, tones muscles, lifts sagging skin.”",
        "A claimed mechanism. The one randomized trial did not measure the skin.",
        ("haghir",),
    ),
    (
        "“Treats acne and rosacea.”",
        "Trials in acne are weak and show no difference from medicines; for rosacea none was found.",
        ("mansu", "cao"),
    ),
    (
        "“Moves Qi, removes toxins, addresses the root cause.”",
        "Ideas of traditional Chinese medicine. We found no study that shows them.",
        (),
    ),
    (
        "“More cost-effective in the long run.”",
        "We found no study. Compare what a whole course costs, on the day you ask.",
        (),
    ),
    (
        "“Approved by the FDA” against “natural”.",
        "Botulinum toxin is approved for named lines only. Acupuncture as a procedure is not “approved” by the FDA.",
        ("botox",),
    ),
    (
        "“Check for NCCAOM.”",
        "The organization has been called NCBAHM since January 2026. Both names stand on certificates.",
        ("rename",),
    ),
    (
        "“Check that they hold a license in your state or country.”",
        "Right where there is one. Some places issue no acupuncture license; our pages then say “not required here”.",
        (),
    ),
)
