namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Programs of the system.</summary>
internal static class Programs
{
    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries), "/usr/sbin", "/sbin",
    ];

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Why mail cannot be sent through a real Postfix here, or null when it can.</summary>
    public static string? WhyNoPostfix()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "Postfix is started by root only.";
        }

        var missing = new[] { "postfix", "nsd", "opendkim" }.Where(name => Find(name) is null).ToList();
        return missing.Count == 0 ? null : $"Not installed: {string.Join(", ", missing)}.";
    }
}
