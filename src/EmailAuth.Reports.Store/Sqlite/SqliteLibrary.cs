using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace EmailAuth.Reports.Store.Sqlite;

/// <summary>Finds the library of SQLite: the one beside the program, else the system's.</summary>
/// <remarks>
/// A Debian package of the program has only the program, and depends on the system's library, so that its security updates apply here too. Debian's
/// package for programs that run has no file without the version in its name.
/// </remarks>
internal static class SqliteLibrary
{
    private const string Bundled = "e_sqlite3";

    private static readonly Lazy<bool> Registration = new(Register);

    private static readonly string[] OfTheSystem =
        OperatingSystem.IsWindows() ? ["winsqlite3"] : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"] : ["libsqlite3.so.0"];

    /// <summary>To be called before SQLite is used.</summary>
    public static void Prepare() => _ = Registration.Value;

    private static bool Register()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Bundled)
        {
            return 0;
        }

        if (NativeLibrary.TryLoad(name, assembly, searchPath, out var library))
        {
            return library;
        }

        foreach (var other in OfTheSystem)
        {
            if (NativeLibrary.TryLoad(other, out library))
            {
                return library;
            }
        }

        return 0;
    }
}
