// What `generate` does not make, and what it says of what it made.

extension Refusal {
  static func excludeEachOther(_ options: [String]) -> Refusal {
    Refusal(
      "\(listed(options)) exclude each other", hint: "leave all but one of them out", .usage)
  }

  static var badLength: Refusal {
    Refusal(
      "--length takes 1 to \(Generator.lengthLimit) characters", hint: "such as --length 32",
      .usage)
  }

  static var alphabetRange: Refusal {
    Refusal(
      "a `-` within --alphabet stands between two digits or two letters of one case, in their order",
      hint: "for the character itself, put it last: --alphabet A-Za-z0-9_-", .usage)
  }

  static var alphabetNotASCII: Refusal {
    Refusal(
      "--alphabet takes printable characters of ASCII only",
      hint: "such as --alphabet A-Za-z0-9_-", .usage)
  }

  static var alphabetRepeats: Refusal {
    Refusal(
      "a character of --alphabet stands twice, and would be chosen twice as often",
      hint: "name each once: --alphabet A-Za-z0-9_-", .usage)
  }

  static var alphabetTooSmall: Refusal {
    Refusal(
      "--alphabet needs two characters at least", hint: "such as --alphabet A-Za-z0-9_-", .usage)
  }

  static func alreadyThere(_ names: [String], _ place: String) -> Refusal {
    Refusal(
      "\(quoted(names)) \(names.count == 1 ? "is" : "are") in \(place) already; "
        + "nothing was changed",
      hint: "to give up what is there, add --replace", .usage)
  }

  static func weak(_ name: String, bits: Int) -> Refusal {
    Refusal(
      "`\(name)` has \(counted(bits, "random bit")) only, and can be found by trying",
      hint: "unless something limits the tries, make it longer: --length 32", .usage)
  }
}
