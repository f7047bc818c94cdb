using System.Diagnostics;

namespace EmailAuth.Benchmarks;

/// <summary>
/// Where npm's mailauth is: in the folder that EMAILAUTH_MAILAUTH names, else where <c>install-peers</c> puts it (artifacts/mailauth of this
/// repository), else where NODE_PATH leads.
/// </summary>
internal static class MailauthInstallation
{
    /// <summary>A start of Node that finds the package, with its own Node where one was installed beside it.</summary>
    public static ProcessStartInfo Node(params string[] arguments)
    {
        var modules = Folder() is { } folder ? Path.Combine(folder, "node_modules") : null;
        var beside = modules is null ? null : Path.Combine(modules, ".bin", "node");
        var start = new ProcessStartInfo(File.Exists(beside) ? beside : "node", arguments);
        if (modules is not null)
        {
            start.Environment["NODE_PATH"] = modules;
        }

        return start;
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("EMAILAUTH_MAILAUTH") is { Length: > 0 } named)
        {
            return named;
        }

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "EmailAuth.sln")))
        {
            root = root.Parent;
        }

        var installed = root is null ? null : Path.Combine(root.FullName, "artifacts", "mailauth");
        return installed is not null && Directory.Exists(Path.Combine(installed, "node_modules", "mailauth")) ? installed : null;
    }
}
