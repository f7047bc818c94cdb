namespace EmailAuth.Tests.TestSupport;

/// <summary>Where the tests find the project's files and the suites that stand beside it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds EmailAuth.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the project.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A conformance suite of others, or null when the folder of suites does not stand beside the project.</summary>
    public static string? SuitePath(string file)
    {
        var path = Path.Combine(Root, "..", "shared", "suites", file);
        return File.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EmailAuth.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from outside the project: no EmailAuth.sln above the test binary.");
    }
}
