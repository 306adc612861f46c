// What can go wrong on disk around a project; the sentences are Commands' affair.

/// What was being done to a file when the system refused.
public enum FileOperation: String, Sendable {
  /// Opening or making a file.
  case open
  /// Asking for a file's size, kind or owner.
  case inspect
  /// Reading.
  case read
  /// Writing.
  case write
  /// Waiting until the disk holds what was written.
  case sync
  /// Giving a file its place.
  case rename
  /// Letting two files change places.
  case exchange
  /// Removing a file or a folder.
  case remove
  /// Making a folder.
  case makeFolder
  /// Listing a folder.
  case list
  /// Taking a lock.
  case lock
  /// Starting a program.
  case start
}

/// Why something on disk could not be found, read or written.
public enum WorkspaceError: Error, Equatable, Sendable {
  /// The system refused, with this `errno`.
  case system(FileOperation, path: String, errno: Int32)
  /// A folder, pipe, socket or device stands where a file was expected.
  case notRegularFile(path: String)
  /// A symbolic link stands where only a real file or folder is taken.
  case symbolicLink(path: String)
  /// The file has another name besides, a hard link.
  case severalNames(path: String)
  /// The file has more bytes than its kind may have.
  case tooLarge(path: String, limit: Int)
  /// The same of a file in a commit, by its path from the top level.
  case tooLargeAt(commit: String, path: String, limit: Int)
  /// The path is not UTF-8 or the working directory is gone.
  case noWorkingDirectory
  /// No folder searched, from the nearest on, has a project.
  case noProject(searched: [String])
  /// Both `secrets/` and `.secrets/` of this directory hold a project.
  case twoFolders(directory: String)
  /// The project's folder belongs to another user, and was not named with `-C`.
  case foreignOwner(path: String, user: UInt32)
  /// The file's name is none that a project has.
  case badFileName(String)
  /// The file on disk is not the one that the change was made from.
  case changedUnderneath(path: String)
  /// Another process kept the lock for longer than was to be waited; its id, where known.
  case locked(path: String, holder: Int32?)
  /// The files kept changing while they were read.
  case restless(folder: String)
  /// The state folder can be changed by other users.
  case unsafeState(path: String)
  /// No absolute directory of `PATH` holds `git`.
  case gitMissing
  /// `git` failed: its arguments, exit status (128 + N for signal N) and message.
  case gitFailed(arguments: [String], status: Int32, message: String)
  /// `git` printed more than was to be taken.
  case gitOutputTooLarge(arguments: [String], limit: Int)
  /// Git knows no commit of this name.
  case noSuchRevision(String)
  /// The revision has no project, or, where some are named, more than one.
  case noProjectAt(revision: String, found: [String])
}
