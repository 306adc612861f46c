# What a person types. Each target installs what is missing (as root), or says how.

PREFIX ?= /usr/local
BINARY := dist/secrets
# A cached manifest would name an older commit in `--version`.
RELEASE := -c release --product secrets --toolset scripts/static-pie.json \
	--static-swift-stdlib --disable-local-rpath --manifest-cache none

.PHONY: build test fuzz lint demo install docs bench order clean

## build: the release binary, dist/secrets: static, position-independent
build:
	@scripts/needs build
	swift build $(RELEASE)
	@mkdir -p dist
	@# A new file, since an old one may be running.
	@install -m 755 "$$(swift build $(RELEASE) --show-bin-path)/secrets" $(BINARY)
	@scripts/check-binary $(BINARY)

## test: all tests, against the debug build
test:
	@scripts/needs test
	swift test --disable-xctest

## fuzz: SECONDS=600 for each target, or TARGET=one; the corpus first
fuzz:
	@scripts/needs fuzz
	@scripts/fuzz $(or $(SECONDS),600) $(TARGET)

## lint: what `swift format` has to say
lint:
	swift format lint --strict -r Sources Tests Package.swift

## demo: two members and a machine share an imported .env, each command shown before it runs
demo: build
	@scripts/demo $(BINARY)

## install: the binary, man pages and completions; PREFIX=/usr/local
install:
	@test -x $(BINARY) || $(MAKE) build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/secrets"
	@scripts/install-texts $(BINARY) "$(DESTDIR)$(PREFIX)/share"

## docs: docs/commands.md, out of the help texts
docs:
	@scripts/needs build
	swift run --quiet secrets man --markdown >docs/commands.md.new
	@mv docs/commands.md.new docs/commands.md

## bench: what docs/benchmarks.md shows, here; PEERS=a folder of other tools, WRITE=docs/benchmarks.md, QUICK=1
bench: build
	@scripts/needs bench
	python3 Tests/Benchmarks/bench.py $(BINARY) $(if $(QUICK),--quick) $(if $(PEERS),--peers $(PEERS)) $(if $(WRITE),--write $(WRITE))

## order: scripts/run-order.txt anew, after a change on the way of `run`; needs valgrind
order:
	@scripts/needs build order
	scripts/order

clean:
	rm -rf .build dist
