"""kenshin (検診): whether a Linux server was broken into, what proves it, how to get back."""

__version__ = "0.1.0"
