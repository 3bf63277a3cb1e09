"""Domains where anybody can have a mailbox: an address there says nothing of a company.

The list holds the providers that people of many countries use, and the domains of the large access providers. More are
given in the configuration (`accounts.public_mail_domains`).
"""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="profile.public_mail_domains",
    description="Mail domains that are no company's. One row per domain.",
    columns=columns("domain VARCHAR | The domain, lower case."),
    unique=(("domain",),),
    not_null=("domain",),
)

_PUBLIC = """
gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es live.com
live.co.uk live.fr live.nl msn.com passport.com yahoo.com yahoo.co.uk yahoo.co.in yahoo.co.jp yahoo.fr yahoo.de
yahoo.it yahoo.es yahoo.ca yahoo.com.br yahoo.com.au yahoo.com.mx ymail.com rocketmail.com aol.com aim.com
icloud.com me.com mac.com protonmail.com protonmail.ch proton.me pm.me tutanota.com tutanota.de tuta.io tuta.com
fastmail.com fastmail.fm hushmail.com zoho.com zohomail.com mail.com email.com usa.com gmx.com gmx.de gmx.net gmx.at
gmx.ch gmx.fr web.de t-online.de freenet.de arcor.de 1und1.de posteo.de mailbox.org orange.fr wanadoo.fr free.fr
laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it alice.it tiscali.it tin.it telefonica.net terra.es ziggo.nl
kpnmail.nl planet.nl home.nl xs4all.nl telenet.be skynet.be bluewin.ch sunrise.ch hispeed.ch btinternet.com sky.com
virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk comcast.net verizon.net att.net sbcglobal.net
bellsouth.net cox.net charter.net earthlink.net juno.com optonline.net frontier.com windstream.net rogers.com
shaw.ca sympatico.ca telus.net bigpond.com bigpond.net.au optusnet.com.au xtra.co.nz mail.ru yandex.ru yandex.com
ya.ru rambler.ru bk.ru list.ru inbox.ru qq.com 163.com 126.com yeah.net sina.com sina.cn sohu.com foxmail.com
aliyun.com naver.com hanmail.net daum.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com uol.com.br
bol.com.br terra.com.br ig.com.br globo.com hotmail.com.br outlook.com.br outlook.fr outlook.de outlook.es wp.pl
o2.pl onet.pl interia.pl seznam.cz centrum.cz abv.bg ukr.net telia.com online.no privat.dk mailinator.com
"""
PUBLIC = frozenset(_PUBLIC.split())


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per domain."""
    given = {domain.strip().lower() for domain in context.config.accounts.public_mail_domains}
    create_small_table(engine, TABLE, [(domain,) for domain in sorted(PUBLIC | given)])
