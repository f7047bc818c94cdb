namespace EmailAuth.Fuzz.Tests;

/// <summary>The folder of the fuzzer's sources and of its kept inputs.</summary>
internal static class ProjectFolder
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EmailAuth.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "tests", "EmailAuth.Fuzz");
            }
        }

        throw new InvalidOperationException("No EmailAuth.sln above the tests.");
    }
}
