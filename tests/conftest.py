"""What all tests share: hypothesis judges what comes out, never how long a busy machine takes for it."""

from hypothesis import settings

settings.register_profile("kenshin", deadline=None)
settings.load_profile("kenshin")
