using EmailAuth.Cli.Input;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Folders are read once and to their end, whatever is in them; so are files without a length.</summary>
public class FolderFilesTests
{
    private const string Message = "From: a@example.com\n\nx\n";

    [Fact]
    public void Links_to_folders_are_not_followed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.PathOf("cur"));
        Directory.CreateDirectory(folder.PathOf(".Sent"));
        var files = new[] { folder.Write(".Sent/c", Message), folder.Write("a", Message), folder.Write("cur/b", Message) };
        Directory.CreateSymbolicLink(folder.PathOf("cur/up"), "..");
        Directory.CreateSymbolicLink(folder.PathOf("one"), ".");
        Directory.CreateSymbolicLink(folder.PathOf("two"), ".");
        Assert.Equal(files, FolderFiles.Of(folder.Path));

        // The folder itself may be a link, and so may a file.
        File.CreateSymbolicLink(folder.PathOf("d"), "a");
        Assert.Equal(["/.Sent/c", "/a", "/cur/b", "/d"], FolderFiles.Of(folder.PathOf("one")).Select(file => file[folder.PathOf("one").Length..]));
    }

    [Fact]
    public void Pipes_and_devices_are_left_out_and_a_broken_link_is_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what is a pipe.");
        using var folder = new TemporaryFolder();
        folder.MakePipe("a-pipe");
        File.CreateSymbolicLink(folder.PathOf("b-device"), "/dev/zero");
        File.CreateSymbolicLink(folder.PathOf("c-pipe"), "a-pipe");
        File.CreateSymbolicLink(folder.PathOf("d-broken"), "absent");
        File.CreateSymbolicLink(folder.PathOf("e-circle"), "e-circle");
        folder.Write("f-empty", "");
        Assert.Equal(["d-broken", "e-circle", "f-empty"], FolderFiles.Of(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("verify", "1 message")]
    [InlineData("reports read --offline", "a")]
    [InlineData("vectors", "a.json")]
    public async Task A_command_ends(string command, string says)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what is a pipe.");
        using var folder = new TemporaryFolder();
        folder.MakePipe("pipe.json");
        folder.Write("a.json", Message);
        Directory.CreateSymbolicLink(folder.PathOf("one"), ".");
        Directory.CreateSymbolicLink(folder.PathOf("two"), ".");
        string[] zone = command == "verify" ? ["--zone", "testdata/zones/rfc8463.json"] : [];
        var run = await CommandRun.OfAsync([.. command.Split(' '), folder.Path, .. zone]);
        Assert.InRange(run.ExitCode, 0, 3);
        Assert.Contains(says, run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("/one", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 10)]
    [InlineData(300_000, 300_000)]
    [InlineData(11, 10)]
    [InlineData(300_001, 300_000)]
    [InlineData(int.MaxValue, 300_000)]
    public async Task A_stream_without_a_length_has_a_bound(int length, int most)
    {
        using var stream = new EndlessZeros(length);
        if (length <= most)
        {
            Assert.Equal(length, (await WholeFile.ReadAsync(stream, most)).Length);
            return;
        }

        var error = await Assert.ThrowsAsync<IOException>(() => WholeFile.ReadAsync(stream, most));
        Assert.Contains("less than 2 gigabytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_says_it_is_empty_is_read()
    {
        Assert.SkipUnless(File.Exists("/proc/self/status"), "There is no /proc.");
        Assert.NotEmpty(WholeFile.Read("/proc/self/status"));
        Assert.NotEmpty(await WholeFile.ReadAsync("/proc/self/status", TestContext.Current.CancellationToken));
        Assert.Equal(await File.ReadAllBytesAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken), WholeFile.Read(Repository.PathOf("README.md")));
    }

    // As /dev/zero, but for a length.
    private sealed class EndlessZeros(int length) : Stream
    {
        private int _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, _left);
            _left -= read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
