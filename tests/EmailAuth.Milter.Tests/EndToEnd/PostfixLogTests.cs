using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>What Postfix writes is read while it writes.</summary>
public sealed class PostfixLogTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    // Postfix locks its log for each line, and the number of its first process for good; a read that asks for a lock fails then.
    [Fact]
    public async Task A_file_that_another_program_has_locked_can_be_read()
    {
        Assert.SkipWhen(Programs.Find("flock") is null, "Not installed: flock.");
        await File.WriteAllTextAsync(_file, "a line\n", TestContext.Current.CancellationToken);
        await using var holder = await Daemon.StartAsync(
            Programs.Find("flock")!, ["--exclusive", _file, "sh", "-c", "echo locked; exec cat"], () => Task.FromResult(true));
        await Eventually.True(() => holder.Output.Contains("locked", StringComparison.Ordinal), () => holder.Output);

        Assert.Equal("a line\n", await File.ReadAllTextAsync(_file, Encoding.Latin1, TestContext.Current.CancellationToken));
    }

    public void Dispose() => File.Delete(_file);
}
