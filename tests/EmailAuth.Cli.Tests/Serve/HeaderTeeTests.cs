using System.Text;
using EmailAuth.Cli.Serve;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>What is kept of a message while it passes.</summary>
public class HeaderTeeTests
{
    [Theory]
    [InlineData("A: 1\r\nB: 2\r\n\r\nbody\r\n\r\nmore", "A: 1\r\nB: 2\r\n\r\n")]
    [InlineData("A: 1\nB: 2\n\nbody", "A: 1\nB: 2\n\n")]
    [InlineData("A: 1\r\n", "A: 1\r\n")]
    [InlineData("\r\nbody", "\r\nbody")]
    [InlineData("A: 1\r\n\nbody", "A: 1\r\n\n")]
    [InlineData("A: 1\n\r\nbody", "A: 1\n\r\n")]
    public async Task The_header_is_kept_however_the_message_is_cut(string message, string header)
    {
        for (var size = 1; size <= message.Length; size++)
        {
            await using var tee = new HeaderTee(new MemoryStream(Encoding.ASCII.GetBytes(message)), 1000);
            var passed = new MemoryStream();
            var buffer = new byte[size];
            while (await tee.ReadAsync(buffer, TestContext.Current.CancellationToken) is var read and > 0)
            {
                passed.Write(buffer, 0, read);
            }

            Assert.Equal(message, Encoding.ASCII.GetString(passed.ToArray()));
            Assert.Equal(header, Encoding.ASCII.GetString(tee.Header.Span));
            Assert.Equal((message.Length, true), (tee.Count, tee.IsComplete));
        }
    }

    [Fact]
    public async Task No_more_is_kept_than_the_limit()
    {
        await using var tee = new HeaderTee(new MemoryStream(new byte[100_000]), 1000);
        await tee.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal((1000, 100_000), (tee.Header.Length, tee.Count));
    }
}
