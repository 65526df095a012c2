// The service worker. VERSION and FILES are put before this file by web/driver/pages.py.
