// Names that no secret may have, since a value under them is not data but a choice of code: who can
// write a value must not be able to make a teammate's machine run something. docs/internals.md has
// the same list and what was left off; a test compares both.

/// Environment variables that make programs load code, or change which program runs.
///
/// On the list is what a program that is commonly run under `secrets run` takes from the
/// environment alone, as code, as a place of code, or as the program to start. Names that
/// applications use for other things stay off, such as `LD_SDK_KEY` or `ENV`: the list is refused,
/// not warned of, and so is no wider than it must be.
enum DangerousNames {
  /// Whether a secret must not have this name.
  static func contains(_ name: String) -> Bool {
    // Nearly every name ends here: none on the list has its length and begins as it does.
    guard let first = name.utf8.first, name.utf8.count < 64,
      lengths[Int(first | 0x20)] & (1 << UInt64(name.utf8.count)) != 0
    else { return false }
    if all.contains(name) { return true }
    // npm reads these in any case; nothing else on the list is.
    guard name.utf8.first == UInt8(ascii: "n") || name.utf8.first == UInt8(ascii: "N") else {
      return false
    }
    return npm.contains(name.lowercased())
  }

  /// The lengths of the listed names by their first byte in lower case, a bit for each.
  private static let lengths: [UInt64] = {
    var lengths = [UInt64](repeating: 0, count: 256)
    for name in all {
      if let first = name.utf8.first { lengths[Int(first | 0x20)] |= 1 << UInt64(name.utf8.count) }
    }
    return lengths
  }()

  /// Every name; those of npm in lower case.
  static let all: Set<String> = Set(
    system + own + linker + shells + tools + git + make + node + python + ruby + perl + php + java
      + dotnet + erlang + lua
  ).union(npm)

  private static let system = [
    /// Where programs are looked for.
    "PATH",
    /// The folder of every program's start-up files, such as `.bashrc` and `.gitconfig`.
    "HOME",
    /// The same for programs that follow the XDG base directories.
    "XDG_CONFIG_HOME",
    /// The shell that editors, multiplexers and `make` start.
    "SHELL",
  ]

  /// What `secrets` itself takes from the environment: whom a shell that has loaded an export acts
  /// as, what it trusts, and where it writes.
  private static let own = [
    "SECRETS_ENV", "SECRETS_IDENTITY", "SECRETS_IDENTITY_FILE", "SECRETS_TRUST",
  ]

  private static let linker = [
    /// Libraries that ld.so loads into every program.
    "LD_PRELOAD",
    /// Where ld.so looks for libraries first.
    "LD_LIBRARY_PATH",
    /// Auditing libraries that ld.so loads into every program.
    "LD_AUDIT",
    /// Where the C library looks for the modules that convert character sets.
    "GCONV_PATH",
    /// Settings of the C library, with where it is hardened.
    "GLIBC_TUNABLES",
    /// A configuration file, which names libraries that OpenSSL loads.
    "OPENSSL_CONF",
    /// Where OpenSSL looks for providers to load.
    "OPENSSL_MODULES",
    /// The same for its engines.
    "OPENSSL_ENGINES",
  ]

  private static let shells = [
    /// A file that bash runs before a script.
    "BASH_ENV",
    /// Commands that bash runs before each prompt.
    "PROMPT_COMMAND",
    /// What `set -x` prints before a command, after running the substitutions in it.
    "PS4",
    /// The prompts, which run the substitutions in them where an export was loaded.
    "PS0", "PS1", "PS2",
    /// Where words end, and so which they are.
    "IFS",
    /// Options that bash turns on, `xtrace` among them.
    "SHELLOPTS",
    /// The folder of zsh's start-up files, which scripts read too.
    "ZDOTDIR",
    /// Where zsh and ksh load functions from.
    "FPATH",
  ]

  private static let tools = [
    /// The program that long output is shown with.
    "PAGER",
    /// The same for man.
    "MANPAGER",
    /// A command that less runs on each file.
    "LESSOPEN",
    /// A command that less runs after each file.
    "LESSCLOSE",
    /// Options of less, with `+` commands.
    "LESS",
    /// The pager of psql.
    "PSQL_PAGER",
    /// Commands that vim runs at its start.
    "VIMINIT",
    /// The same for ex and vi.
    "EXINIT",
    /// Options of tar, with actions that are commands.
    "TAR_OPTIONS",
    /// The command that rsync connects with.
    "RSYNC_RSH",
    /// The editor that programs start.
    "EDITOR",
    /// The same, preferred where there is a screen.
    "VISUAL",
    /// The browser that programs start.
    "BROWSER",
    /// The program that ssh and sudo's kind ask for a passphrase with.
    "SSH_ASKPASS",
    /// The same for sudo.
    "SUDO_ASKPASS",
  ]

  private static let git = [
    /// The program that git connects with.
    "GIT_SSH",
    /// The command line that git connects with.
    "GIT_SSH_COMMAND",
    /// The program that git's own protocol is tunnelled through.
    "GIT_PROXY_COMMAND",
    /// The program that git asks for a password with.
    "GIT_ASKPASS",
    /// The program that shows differences.
    "GIT_EXTERNAL_DIFF",
    /// The pager of git.
    "GIT_PAGER",
    /// The editor of git.
    "GIT_EDITOR",
    /// The editor of a rebase's list.
    "GIT_SEQUENCE_EDITOR",
    /// Where git's own programs are.
    "GIT_EXEC_PATH",
    /// What a new repository is filled with, hooks included.
    "GIT_TEMPLATE_DIR",
    /// The repository, with its hooks and its configuration.
    "GIT_DIR",
    /// A configuration file, which names programs.
    "GIT_CONFIG_GLOBAL",
    /// The same for the whole system.
    "GIT_CONFIG_SYSTEM",
    /// How many settings follow in `GIT_CONFIG_KEY_0` and so on, which mean nothing without it.
    "GIT_CONFIG_COUNT",
    /// Settings handed from git to git.
    "GIT_CONFIG_PARAMETERS",
  ]

  private static let make = [
    /// Options, with `--eval` code.
    "MAKEFLAGS",
    /// The same for GNU make alone.
    "GNUMAKEFLAGS",
    /// More makefiles to read first.
    "MAKEFILES",
    /// Options of every go command, with `-toolexec` a program.
    "GOFLAGS",
    /// The program that cargo compiles with.
    "RUSTC",
    /// The program that cargo starts the compiler through.
    "RUSTC_WRAPPER",
    /// The same for a workspace's own crates.
    "RUSTC_WORKSPACE_WRAPPER",
    /// The three by the names of cargo's settings.
    "CARGO_BUILD_RUSTC", "CARGO_BUILD_RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
  ]

  private static let node = [
    /// Options, with `--require` code.
    "NODE_OPTIONS",
    /// Where modules are looked for last.
    "NODE_PATH",
    /// Options of bun, with `--preload` code.
    "BUN_OPTIONS",
    /// The program that yarn hands over to.
    "YARN_YARN_PATH",
  ]

  private static let npm: Set<String> = [
    /// npm's setting of `NODE_OPTIONS`.
    "npm_config_node_options",
    /// The shell that scripts are run by.
    "npm_config_script_shell",
    /// The program that is called for git.
    "npm_config_git",
    /// A configuration file, which names those above.
    "npm_config_userconfig",
    /// The same for the whole system.
    "npm_config_globalconfig",
  ]

  private static let python = [
    /// Where modules are looked for first.
    "PYTHONPATH",
    /// Where the standard library is.
    "PYTHONHOME",
    /// A file that an interactive Python runs.
    "PYTHONSTARTUP",
    /// The folder of a user's own modules, with files that are run at each start.
    "PYTHONUSERBASE",
    /// What `breakpoint()` calls.
    "PYTHONBREAKPOINT",
    /// Where compiled modules are read from.
    "PYTHONPYCACHEPREFIX",
  ]

  private static let ruby = [
    /// Options, with `-r` code.
    "RUBYOPT",
    /// Where libraries are looked for first.
    "RUBYLIB",
    /// Where gems are.
    "GEM_HOME",
    /// Where gems are looked for.
    "GEM_PATH",
    /// The Gemfile, which is Ruby code.
    "BUNDLE_GEMFILE",
  ]

  private static let perl = [
    /// Options, with `-M` code.
    "PERL5OPT",
    /// Where modules are looked for first.
    "PERL5LIB",
    /// The same where `PERL5LIB` is not set.
    "PERLLIB",
    /// What the debugger loads.
    "PERL5DB",
  ]

  private static let php = [
    /// Where php.ini is, which names files to run.
    "PHPRC",
    /// Where more of it is.
    "PHP_INI_SCAN_DIR",
  ]

  private static let java = [
    /// Options of every Java program, with `-javaagent` code.
    "JAVA_TOOL_OPTIONS",
    /// The same, for HotSpot.
    "_JAVA_OPTIONS",
    /// The same, for `java` since version 9.
    "JDK_JAVA_OPTIONS",
    /// Where classes are looked for.
    "CLASSPATH",
    /// The Java that start scripts run.
    "JAVA_HOME",
  ]

  private static let dotnet = [
    /// Assemblies that are run before the program.
    "DOTNET_STARTUP_HOOKS",
    /// More of a program's dependencies.
    "DOTNET_ADDITIONAL_DEPS",
    /// Where those are looked for.
    "DOTNET_SHARED_STORE",
    /// The runtime that programs start.
    "DOTNET_ROOT",
    /// A library that is loaded as profiler.
    "CORECLR_PROFILER_PATH",
    /// The same for 64 bits.
    "CORECLR_PROFILER_PATH_64",
  ]

  private static let erlang = [
    /// Options, with `-eval` code, put last.
    "ERL_FLAGS",
    /// The same, put first.
    "ERL_AFLAGS",
    /// The same, put after all.
    "ERL_ZFLAGS",
    /// Where libraries are looked for.
    "ERL_LIBS",
    /// The same options for Elixir's commands.
    "ELIXIR_ERL_OPTIONS",
  ]

  private static let lua = [
    /// Code that Lua runs first.
    "LUA_INIT",
    /// The same for one version each.
    "LUA_INIT_5_2", "LUA_INIT_5_3", "LUA_INIT_5_4",
    /// Where modules are looked for first.
    "LUA_PATH",
    /// The same for compiled ones.
    "LUA_CPATH",
  ]
}
