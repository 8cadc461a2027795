"""Names of modules that come before a package's own, the same on every Python that lpack knows."""

from __future__ import annotations

# In `sys.builtin_module_names` of CPython 3.10 to 3.13, from Modules/Setup.bootstrap.in and
# Modules/config.c.in: https://github.com/python/cpython/blob/v3.13.0/Modules/Setup.bootstrap.in
BUILTIN_MODULES = frozenset(
    """
    _abc _ast _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string
    _symtable _thread _tracemalloc _warnings _weakref atexit builtins errno faulthandler gc
    itertools marshal posix pwd sys time
    """.split()  # noqa: SIM905 - a list of words
)
# Imported by Python's start and by awslambdaric 4.2.2 before it looks for the handler, on each of
# CPython 3.10 to 3.13, so that a file of the same name in the package is never read.
PRELOADED_MODULES = frozenset(
    """
    __future__ __main__ _collections_abc _decimal _frozen_importlib _frozen_importlib_external
    _json _sitebuiltins _weakrefset abc awslambdaric codecs collections copyreg decimal encodings
    enum functools genericpath importlib io json keyword linecache logging math numbers operator os
    posixpath re reprlib runtime_client simplejson site snapshot_restore_py stat string threading
    traceback types warnings weakref zipimport
    """.split()  # noqa: SIM905 - a list of words
)
# In `sys.stdlib_module_names` of CPython 3.10 to 3.13, without what Lambda may leave out. They lie
# behind the package on the import path, but win over its namespace packages:
# https://docs.python.org/3/reference/import.html#namespace-packages
STANDARD_MODULES = frozenset(
    """
    abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile
    calendar cmath cmd code codecs codeop collections colorsys compileall concurrent configparser
    contextlib contextvars copy copyreg csv ctypes dataclasses datetime dbm decimal difflib dis
    doctest email encodings enum errno faulthandler fcntl filecmp fileinput fnmatch fractions
    ftplib functools gc genericpath getopt getpass gettext glob grp gzip hashlib heapq hmac html
    http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging
    lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc numbers
    opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib
    posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pyexpat queue quopri
    random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve
    shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string
    stringprep struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios
    textwrap threading time timeit token tokenize trace traceback tracemalloc tty types typing
    unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc
    zipapp zipfile zipimport zlib
    """.split()  # noqa: SIM905 - a list of words
)
