# SPDX-License-Identifier: Apache-2.0
"""`application`: what a WSGI server loads. It is built from the environment when this module is imported.

Wrong settings raise `placedock.config.WrongSetting` here; the commands that start servers check them before.
"""

from placedock.service import make

service = make()
application = service.application
