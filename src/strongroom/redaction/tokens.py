"""Credentials that begin with a word of their own, one per row.

A row is what the credential is, how it begins, its alphabet and how many characters
at least follow. A longer one is masked whole. The forms are those that the issuers
document for secret scanners; the source is the issuer's name in the first column.
"""

from typing import NamedTuple


ALPHABETS = {
    "b": "[A-Za-z0-9+/=_-]",  # base64, either alphabet
    "d": "[0-9]",
    "h": "[0-9a-f]",
    "j": "[A-Za-z0-9._-]",  # parts joined by dots
    "t": "[A-Za-z0-9_-]",  # what secrets.token_urlsafe writes
    "u": "[A-Z0-9]",
    "w": "[A-Za-z0-9]",
}


class Token(NamedTuple):
    """One row of the table."""

    name: str
    prefix: str
    alphabet: str
    length: int


_TABLE = """
1Password service account | ops_ | b40
Adobe client secret | p8e- | w32
age identity | AGE-SECRET-KEY-1 | u58
Alibaba access key | LTAI | w20
Anthropic admin key | sk-ant-admin01- | t40
Anthropic API key | sk-ant-api03- | t40
Atlassian API token | ATATT3 | b60
Atlassian service token | ATCTT3 | b60
AWS access key | AKIA | u16
AWS bearer for a service | ABIA | u16
AWS Bedrock key | ABSK | b60
AWS context key | ACCA | u16
AWS temporary key | ASIA | u16
Bitbucket app password | ATBB | w28
Brevo API key | xkeysib- | t40
Brevo SMTP key | xsmtpsib- | t40
Buildkite user token | bkua_ | h40
CircleCI personal token | CCIPAT_ | t40
Clojars token | CLOJARS_ | w60
Cloudflare origin key | v1.0- | t60
Contentful token | CFPAT- | t43
crates.io token | cio | w32
Databricks token | dapi | h32
DigitalOcean OAuth token | doo_v1_ | h64
DigitalOcean personal token | dop_v1_ | h64
DigitalOcean refresh token | dor_v1_ | h64
Docker organization token | dckr_oat_ | t27
Docker personal token | dckr_pat_ | t27
Doppler command-line token | dp.ct. | w40
Doppler personal token | dp.pt. | w40
Doppler service account | dp.sa. | w40
Doppler service token | dp.st. | j40
Dropbox short-lived token | sl. | j60
Duffel live token | duffel_live_ | t43
Duffel test token | duffel_test_ | t43
Dynatrace token | dt0c01. | j60
EasyPost key | EZAK | w54
EasyPost test key | EZTK | w54
Figma token | figd_ | t40
Flutterwave secret key | FLWSECK_TEST- | t32
Fly access token | fm2_ | b40
Fly deploy token | fo1_ | t43
Frame.io token | fio-u- | t60
GitHub app token | ghs_ | w36
GitHub fine-grained token | github_pat_ | t60
GitHub OAuth token | gho_ | w36
GitHub personal token | ghp_ | w36
GitHub refresh token | ghr_ | w36
GitHub user token | ghu_ | w36
GitLab agent token | glagent- | t50
GitLab application secret | gloas- | t64
GitLab deploy token | gldt- | t20
GitLab feature flag token | glffct- | t20
GitLab feed token | glft- | t20
GitLab job token | glcbt- | t20
GitLab mail token | glimt- | t25
GitLab personal token | glpat- | t20
GitLab registration token | GR1348941 | t20
GitLab runner token | glrt- | t20
GitLab SCIM token | glsoat- | t20
GitLab trigger token | glptt- | t40
Google API key | AIza | t35
Google OAuth access token | ya29. | t40
Google OAuth refresh token | 1//0 | t40
Google OAuth secret | GOCSPX- | t28
Grafana cloud token | glc_ | b40
Grafana service account | glsa_ | t40
Groq key | gsk_ | w48
Heroku key | HRKU- | t40
Honeycomb ingest key | hcaik_ | w40
Hugging Face organization token | api_org_ | w34
Hugging Face token | hf_ | w34
Infracost key | ico- | w32
JFrog API key | AKCp | w60
JFrog reference token | cmVmd | w56
Jina key | jina_ | t40
LangSmith key | lsv2_sk_ | t40
LangSmith personal token | lsv2_pt_ | t40
Linear API key | lin_api_ | w40
Linear OAuth token | lin_oauth_ | w40
Mailgun key | key- | h32
Neon key | napi_ | w40
Netlify personal token | nfp_ | w36
New Relic browser key | NRJS- | h19
New Relic insights key | NRII- | t32
New Relic user key | NRAK- | u27
Notion integration token | ntn_ | w40
Notion old token | secret_ | w43
npm token | npm_ | w36
NuGet key | oy2 | w43
Nvidia key | nvapi- | t60
Octopus key | API- | u26
OpenAI admin key | sk-admin- | t40
OpenAI key | sk- | t20
OpenAI project key | sk-proj- | t40
OpenAI service account | sk-svcacct- | t40
OpenRouter key | sk-or-v1- | h64
OpenShift token | sha256~ | t43
Perplexity key | pplx- | w48
Pinecone key | pcsk_ | t50
PlanetScale OAuth token | pscale_oauth_ | j32
PlanetScale password | pscale_pw_ | j32
PlanetScale token | pscale_tkn_ | j32
Postman key | PMAK- | t40
Prefect key | pnu_ | w36
Pulumi token | pul- | h40
PyPI token | pypi-AgE | t50
README key | rdme_ | w70
Replicate token | r8_ | w37
RubyGems key | rubygems_ | h48
Scalingo token | tk-us- | t48
SendGrid key | SG. | j40
Sentry organization token | sntrys_ | b40
Sentry user token | sntryu_ | h64
Shippo live token | shippo_live_ | h40
Shippo test token | shippo_test_ | h40
Shopify access token | shpat_ | h32
Shopify custom app token | shpca_ | h32
Shopify private app token | shppa_ | h32
Shopify shared secret | shpss_ | h32
Slack app token | xapp- | t20
Slack bot token | xoxb- | t20
Slack configuration token | xoxe- | t20
Slack legacy token | xoxs- | t20
Slack refresh token | xoxr- | t20
Slack user token | xoxp- | t20
Slack workspace token | xoxa- | t20
SonarQube analysis token | sqa_ | h40
SonarQube project token | sqp_ | h40
SonarQube user token | squ_ | h40
Sourcegraph token | sgp_ | t40
Square access token | sq0atp- | t22
Square secret | sq0csp- | t43
Stripe live key | sk_live_ | w24
Stripe restricted key | rk_live_ | w24
Stripe restricted test key | rk_test_ | w24
Stripe test key | sk_test_ | w24
Stripe webhook secret | whsec_ | b32
Supabase personal token | sbp_ | h40
Supabase secret key | sb_secret_ | t30
Tailscale API key | tskey-api- | t20
Tailscale auth key | tskey-auth- | t20
Tavily key | tvly- | t32
Tencent secret id | AKID | w32
Together key | tgp_v1_ | t43
Twilio API key | SK | h32
Typeform token | tfp_ | j40
Vault batch token | hvb. | t24
Vault recovery token | hvr. | t24
Vault service token | hvs. | t24
Vercel blob token | vercel_blob_rw_ | w40
xAI key | xai- | w40
Yandex key | AQVN | t35
"""


def _read(row: str) -> Token:
    name, prefix, form = (part.strip() for part in row.split("|"))
    return Token(name, prefix, form[0], int(form[1:]))


TOKENS = tuple(_read(row) for row in _TABLE.strip().splitlines())
