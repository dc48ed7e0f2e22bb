"""Result pages of the certification board's directory as a browser saves them, with invented people."""

from html import escape

BADGE = """<div class="cert-box__item slick-slide{clone}" role="tabpanel"><div class="content">
<p class="copy">{label}</p></div><div class="img-box"><img src="/Content/dist/images/cert.png" alt=""></div></div>"""

CARD = """<div class="result-card__item">
<div class="img-box"><span><img alt="image" src="/Content/dist/images/doc-women-default.svg"></span></div>
<div class="info-box">
<p class="name"><a href="/FAP/PractitionerDetail?AgencyClientId={key}" title="View the profile"> {name}</a></p>
<p class="gendar">{status} | Female</p>
<div class="iconic-callout">
<div class="iconic-callout__item"><i class="icon-call-end"></i><p class="copy"><em>{phone}</em></p></div>
<div class="iconic-callout__item"><i class="icon-globe"></i><p class="copy">Not Available</p></div>
<div class="iconic-callout__item"><i class="icon-location-pin"></i>
<p class="copy"><em id="addressdata_1">{address}</em></p></div>
</div></div>
<div class="cert-box"><div class="cerfapfap-init slick-slider"><div class="slick-list"><div class="slick-track">
{badges}
</div></div></div></div>
</div>"""

PAGE = """<!DOCTYPE html><html lang="en"><head><title>{board} Health &amp; Medical</title></head><body>
<div class="modal fade show" id="CaptchaModal"><div class="cf-turnstile" data-sitekey="0x0"><input type="hidden"
name="cf-turnstile-response" id="cf-chl-widget-x_response"></div></div>
<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async="" defer=""></script>
<section id="searchContent"><div class="result-info-bar"><div class="result-info-bar__found">
<p class="title">{found} Practitioners found</p></div></div>
<div class="result-action-bar__prenext">
<input type="hidden" id="hdnStateCode" value="CA">
<input type="hidden" id="hdncurrpage" value="{page}"><input type="hidden" id="hdnlastpage" value="{last}"></div>
<div class="result-card"><div class="pageListDetail" id="pageListDetail">
{cards}
</div></div></section>
<footer><p class="copy">© 2026 {board}. All Rights Reserved.</p></footer></body></html>"""


def card(key="Ab1=", name="Wren Holloway", **changes):
    badges = changes.pop("badges", ["AC Certification"])
    clones = changes.pop("clones", [])
    given = {
        "status": "Certified Diplomate",
        "phone": "206-555-0142",
        "address": "12 Elder Ln , Seattle, WA, USA",
    } | changes
    shown = [BADGE.format(label=escape(label), clone="") for label in badges]
    shown += [BADGE.format(label=escape(label), clone=" slick-cloned") for label in clones]
    return CARD.format(key=key, name=escape(name), badges="\n".join(shown), **given)


def result_page(*cards, found=None, page=1, last=1, board="NCCAOM"):
    found = len(cards) if found is None else found
    return PAGE.format(found=found, page=page, last=last, board=board, cards="\n".join(cards))


OLDER_CARD = """<div class="card-item"><div class="card-item__nameinfo"><div class="nameinfo__text">
<h4><a href="/FAPPractitionerProfile/{key}" title="View the profile of {name}"> {name}</a></h4>
<h5>{status} | Female</h5><small> {badges}</small><hr class="divider-line">
<ul><li class="location_pin_1" data-address="{address}"><i class="icon-location-pin"></i></li></ul></div></div>
<div class="card-item__addressinfo"><div class="card-item__addressinfo--inner">
<div class="addressinfo__address"><div class="addressinfo__item"><div class="item-full">
<p><span><i class="icon-location-pin"></i></span><em id="addressdata_1">{address}</em></p></div></div></div>
<div class="addressinfo__phone"><div class="addressinfo__item"><div class="item-full">
<p><span><i class="icon-call-end"></i></span><em>{phone}</em></p></div></div></div>
<div class="addressinfo__website"><div class="addressinfo__item"><div class="item-full">
<p><span><i class="icon-globe"></i></span><em>Not Available</em></p></div></div></div>
</div></div>
<div class="card-item__certificate"><div class="certificate-init"><div class="certificate-item"><div>
<div class="certificate-item__text"><p><span>Dipl. Acupuncture</span></p></div></div></div></div></div></div>"""

OLDER_PAGE = """<!DOCTYPE html><html lang="en"><head><title>NCCAOM Health &amp; Medical</title></head><body>
<section class="section fap--citySearchList" id="searchContent"><div class="search-count">
<p>{found} Practitioners found for First Name : wren and Last Name : holloway</p></div>
<div class="citySearchList"><div class="citySearchList__content"><div class="content__cards">
<div class="pageListDetail" id="pageListDetail">
{cards}
</div></div></div></div></section></body></html>"""


def older_card(key="Ab1=", name="Wren Holloway", **changes):
    """A card of the layout that answers searches by name."""
    given = {
        "status": "Certified Diplomate",
        "phone": "206-555-0142",
        "address": "12 Elder Ln, Seattle, WA, USA",
        "badges": "AC Certification",
    } | changes
    return OLDER_CARD.format(key=key, name=escape(name), **given)


def older_page(*cards, found=None):
    return OLDER_PAGE.format(found=len(cards) if found is None else found, cards="\n".join(cards))
