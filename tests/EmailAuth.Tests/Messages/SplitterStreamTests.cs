using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>The stream that others write a message to.</summary>
public class SplitterStreamTests
{
    [Fact]
    public async Task It_is_for_writing_only_and_takes_every_way_to_write()
    {
        var body = new List<byte>();
        var fields = 0;
        using var splitter = new MessageSplitter(new MessageLimits(), header => fields = header.Count, chunk => body.AddRange(chunk));
        await using var stream = new SplitterStream(splitter);
        Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        await stream.WriteAsync("From: a\r\n\r\n1"u8.ToArray(), TestContext.Current.CancellationToken);
        stream.Write("2"u8);
        stream.WriteByte((byte)'3');
        var bytes = "x4y"u8.ToArray();
        stream.Write(bytes, 1, 1);
#pragma warning disable CA1835 // the older overload is what is tested
        await stream.WriteAsync(bytes, 1, 2, TestContext.Current.CancellationToken);
#pragma warning restore CA1835
        await stream.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, "12344y"), (fields, System.Text.Encoding.ASCII.GetString([.. body])));

        Assert.True(stream.WriteAsync("z"u8.ToArray(), new CancellationToken(canceled: true)).AsTask().IsCanceled);
        Assert.Equal(6, body.Count);
    }
}
