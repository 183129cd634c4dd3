#!/bin/sh
# The command, as the user of the services: for /usr/local/bin/rolecall.
exec runuser -u rolecall -- env ROLECALL_HOME=/var/lib/rolecall /srv/rolecall/bin/rolecall "$@"
