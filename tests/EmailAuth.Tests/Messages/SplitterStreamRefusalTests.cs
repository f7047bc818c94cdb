using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>What the stream for a message refuses, and that each way to write is done when it returns.</summary>
public class SplitterStreamRefusalTests
{
    [Fact]
    public void It_cannot_be_read_or_moved()
    {
        using var splitter = new MessageSplitter(MessageLimits.Default, _ => { }, _ => { });
        using var stream = new SplitterStream(splitter);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.ReadExactly(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        stream.Flush();
    }

    [Fact]
    public void Each_way_to_write_is_done_when_it_returns()
    {
        var body = new List<byte>();
        using var splitter = new MessageSplitter(MessageLimits.Default, _ => { }, chunk => body.AddRange(chunk));
        using var stream = new SplitterStream(splitter);
        var bytes = "\r\nabcd"u8.ToArray();
        Assert.True(stream.WriteAsync(bytes, TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);
#pragma warning disable CA1835 // the older overload is what is tested
        Assert.True(stream.WriteAsync(bytes, 3, 2, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        var cancelled = stream.WriteAsync(bytes, 0, 6, new CancellationToken(canceled: true));
#pragma warning restore CA1835
        Assert.True(cancelled.IsCanceled);
        Assert.True(stream.FlushAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        stream.Write(bytes, 5, 1);
        stream.Write(bytes.AsSpan(2, 1));
        stream.WriteByte((byte)'z');
        Assert.Equal("abcdbcdaz"u8.ToArray(), body);
    }
}
