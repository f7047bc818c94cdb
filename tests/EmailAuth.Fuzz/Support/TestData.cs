namespace EmailAuth.Fuzz.Support;

/// <summary>Where the project's test data stands.</summary>
internal static class TestData
{
    private static readonly string Root = FindRoot();

    /// <summary>A file of the test data.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => InProject(["testdata", .. parts]);

    /// <summary>A file of the project.</summary>
    public static string InProject(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EmailAuth.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The test data stand in the project: no EmailAuth.sln above the binary.");
    }
}
