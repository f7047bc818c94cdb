using System.Diagnostics;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("emailauth-").FullName;

    /// <summary>The path of a file in it, which may not exist.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file in it.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>Makes a pipe with a name in it.</summary>
    public string MakePipe(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }

    /// <summary>Opens a pipe for writing; waits until it is opened for reading.</summary>
    public static FileStream OpenPipe(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
