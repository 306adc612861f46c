# What a person types. Each target installs what is missing (as root), or says how.

PREFIX ?= /usr/local
BINARY := dist/secrets
# A cached manifest would name an older commit in `--version`.
RELEASE := -c release --product secrets --toolset scripts/static-pie.json \
	--static-swift-stdlib --disable-local-rpath --manifest-cache none

.PHONY: build test fuzz lint demo install bench clean

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

## install: PREFIX=/usr/local
install:
	@test -x $(BINARY) || $(MAKE) build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/secrets"

## bench: the ratios of docs/benchmarks.md, here; PEERS=a folder of other tools, WRITE=docs/benchmarks.md
bench: build
	@scripts/needs bench
	python3 Tests/Benchmarks/bench.py $(BINARY) $(if $(PEERS),--peers $(PEERS)) $(if $(WRITE),--write $(WRITE))

clean:
	rm -rf .build dist
