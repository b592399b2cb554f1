# `make help` lists the targets. There is one build configuration, release, for the product and its tests alike:
# a second one would compile every dependency again.

SWIFT   ?= swift
PREFIX  ?= /usr/local
DESTDIR ?=
BINARY  := .build/release/peta

prefix      = $(DESTDIR)$(PREFIX)
bindir      = $(prefix)/bin
unitdir     = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
mandir      = $(prefix)/share/man
docdir      = $(prefix)/share/doc/peta
bashdir     = $(prefix)/share/bash-completion/completions
zshdir      = $(prefix)/share/zsh/site-functions
fishdir     = $(prefix)/share/fish/vendor_completions.d

.DEFAULT_GOAL := help
.PHONY: help run test build install uninstall deb bench lint format clean

help: ## print this list
	@echo 'Peta: one gateway in front of many MCP servers. Targets:'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

run: ## build, start a gateway with a demonstration server, show how to connect; Ctrl-C stops it
	scripts/bootstrap.sh build
	$(SWIFT) build -c release
	scripts/demo.sh $(BINARY)

test: ## build everything and run all tests
	scripts/bootstrap.sh test
	scripts/test-env.sh
	$(SWIFT) build -c release --build-tests
	# Two runs: the tests of the second wait for processes and would keep the first one's servers, which live in the test process, from running.
	$(SWIFT) test -c release --skip-build --parallel --skip IntegrationTests
	$(SWIFT) test -c release --skip-build --parallel --filter IntegrationTests

build: ## build .build/release/peta
	scripts/bootstrap.sh build
	$(SWIFT) build -c release

install: ## install binary, unit, man pages, completions: PREFIX=/usr/local DESTDIR=
	@test -x $(BINARY) || { echo "make: $(BINARY) is not there; run 'make build' first" >&2; exit 1; }
	install -d $(bindir) $(unitdir) $(sysusersdir) $(tmpfilesdir) $(mandir)/man1 $(mandir)/man5 $(mandir)/man7 $(bashdir) $(zshdir) $(fishdir) $(docdir)
	install -s -m 0755 $(BINARY) $(bindir)/peta
	sed 's|/usr/bin/peta|$(PREFIX)/bin/peta|' etc/peta.service > $(unitdir)/peta.service
	sed 's|/usr/bin/peta |$(PREFIX)/bin/peta |' etc/peta-backup.service > $(unitdir)/peta-backup.service
	chmod 0644 $(unitdir)/peta.service $(unitdir)/peta-backup.service
	install -m 0644 etc/peta-backup.timer $(unitdir)/peta-backup.timer
	install -m 0644 etc/peta.sysusers $(sysusersdir)/peta.conf
	install -m 0644 etc/peta.tmpfiles $(tmpfilesdir)/peta.conf
	install -m 0644 man/*.1 $(mandir)/man1
	install -m 0644 man/*.5 $(mandir)/man5
	install -m 0644 man/*.7 $(mandir)/man7
	install -m 0644 completions/peta.bash $(bashdir)/peta
	install -m 0644 completions/_peta $(zshdir)/_peta
	install -m 0644 completions/peta.fish $(fishdir)/peta.fish
	install -m 0644 etc/peta.yaml etc/policy-example.yaml etc/admin-openapi.yaml etc/user-openapi.yaml etc/grafana-dashboard.json \
		etc/prometheus-alerts.yaml $(docdir)

uninstall: ## remove what install put there; data stays
	rm -f $(bindir)/peta $(unitdir)/peta.service $(unitdir)/peta-backup.service $(unitdir)/peta-backup.timer $(sysusersdir)/peta.conf
	rm -f $(tmpfilesdir)/peta.conf
	rm -f $(addprefix $(mandir)/man1/,$(notdir $(wildcard man/*.1))) $(addprefix $(mandir)/man5/,$(notdir $(wildcard man/*.5)))
	rm -f $(addprefix $(mandir)/man7/,$(notdir $(wildcard man/*.7)))
	rm -f $(bashdir)/peta $(zshdir)/_peta $(fishdir)/peta.fish
	rm -f $(docdir)/peta.yaml $(docdir)/policy-example.yaml $(docdir)/admin-openapi.yaml $(docdir)/user-openapi.yaml
	rm -f $(docdir)/grafana-dashboard.json $(docdir)/prometheus-alerts.yaml

deb: ## build a Debian package of what 'make build' built, in .build/deb
	scripts/deb.sh $(BINARY) .build/deb

bench: ## measure against nginx and other gateways, write docs/performance.md
	scripts/bootstrap.sh build
	$(SWIFT) build -c release
	scripts/bench.sh $(BINARY)

lint: ## format, import directions, what is committed
	scripts/bootstrap.sh lint
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
	scripts/check-imports.py
	scripts/check-tree.sh

format: ## rewrite the sources in the house format
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

clean: ## remove build output, the peers' environments included
	rm -rf .build .build-*
