"""Scrapy's settings: only what differs from its defaults, and what is promised whatever those become."""

from crawler import robots

BOT_NAME = "rolecall"
ROLECALL_WANTED = ["core", "adjacent"]  # what a crawl by hand keeps; a night says its own
SPIDER_MODULES = ["crawler.spiders"]  # a source is found there, and registered nowhere else
COMMANDS_MODULE = "crawler.commands"

# Who we are. An installation names its own contact: ROLECALL_CONTACT.
CONTACT = "https://rolecall.example/crawler"
USER_AGENT = robots.user_agent(CONTACT)
ADDONS = {"crawler.robots.Name": 0}
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = robots.TOKEN
DEFAULT_REQUEST_HEADERS = {
    "Accept": "application/json, text/html;q=0.9, application/xml;q=0.9, */*;q=0.8",
    "Accept-Language": "en",
}

# How fast. One at a time and the pause after it are crawler/pace.py's; Scrapy's own numbers say the same.
DOWNLOAD_DELAY = 1
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 4  # little to wind up when a crawl is stopped
AUTOTHROTTLE_ENABLED = False
RETRY_TIMES = 2
RETRY_PRIORITY_ADJUST = 0

# How much. The time of a request is counted to its last byte, the size after it was decompressed.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 32 << 20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
DNS_TIMEOUT = 10
REDIRECT_MAX_TIMES = 5
URLLENGTH_LIMIT = 0  # what Scrapy finds too long it drops without a word
CLOSESPIDER_TIMEOUT = 900
CLOSESPIDER_PAGECOUNT = 2000  # requests a night; a spider whose terms allow fewer says so in custom_settings

# Where to, and to nowhere else.
TWISTED_REACTOR = "crawler.addresses.Reactor"
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "crawler.keys.Handler",
    "https": "crawler.keys.Handler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
REFERER_ENABLED = False
HTTPPROXY_ENABLED = False
HTTPCACHE_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # a source may lie at several hosts
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.keys.Keys": 50,
    "crawler.robots.Robots": 100,
    "crawler.known.Conditional": 450,
    "crawler.retrying.Retry": 550,
    "crawler.retrying.Redirect": 600,
    "crawler.replay.Replay": 990,
}
SPIDER_MIDDLEWARES = {"crawler.known.Known": 30}
ITEM_PIPELINES = {
    "crawler.pipelines.Validate": 100,
    "crawler.pipelines.Role": 200,
    "crawler.pipelines.Store": 900,
}

CONCURRENT_ITEMS = 1  # no pipeline waits for anything: a hundred tasks for each answer would be for nothing
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads a spider's source again for every answer
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # a drop is counted and kept with its reason; nobody reads it in a log
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
