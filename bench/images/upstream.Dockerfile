# SPDX-License-Identifier: Apache-2.0
# Puts upstream's application in the place of placedock: the same Apache, mod_wsgi, httpd.conf, Python, processes and threads.
# The two images below are stages of placement/Dockerfile. The build contexts are the repository's tests/ and bench/images/.
FROM placedock/bench:dependencies AS upstream
COPY --from=requirements upstream-requirements.txt /tmp/
# The image has compiled bytecode as placedock's has. The container cannot write it, so every start would compile again.
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --quiet --requirement /tmp/upstream-requirements.txt \
 && python3 -m compileall -q -j 2 --invalidation-mode unchecked-hash /opt/venv/lib

FROM placedock/bench:placement
COPY --from=upstream /opt/venv /opt/venv
COPY upstream.wsgi /etc/placement/placement.wsgi
CMD ["apache2", "-f", "/etc/placement/httpd.conf", "-DFOREGROUND"]
