using System.Text;
using EmailAuth.Cli.Input;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Lines and messages of a stream, wherever its pieces are cut.</summary>
public class LineReaderTests
{
    public static TheoryData<int> Sizes => [1, 2, 7, 1000, 100_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Lines_are_the_same_however_the_stream_is_cut(int size)
    {
        var text = $"a\n\nb\r\n{new string('c', 70_000)}\n  \nd{new string('e', 200_000)}\nf";
        await using var stream = new PiecesStream(Encoding.ASCII.GetBytes(text), size);
        var lines = new List<(long, string)>();
        await foreach (var line in LineReader.ReadAsync(stream, TestContext.Current.CancellationToken))
        {
            lines.Add((line.Number, Encoding.ASCII.GetString(line.Bytes.Span)));
            line.Release();
        }

        Assert.Equal([(1, "a"), (3, "b\r"), (4, new string('c', 70_000)), (6, "d" + new string('e', 200_000)), (7, "f")], lines);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Messages_of_a_mailbox_are_the_same_however_the_stream_is_cut(int size)
    {
        var text = $"From a Fri Jul 11 21:00:37 2003\nX: 1\n\n{new string('c', 70_000)}\nFrom here\n\nFrom b Fri Jul 11 21:00:37 2003\nX: 2\n\n>From {new string('d', 200_000)}";
        await using var stream = new PiecesStream(Encoding.ASCII.GetBytes(text), size);
        var messages = new List<string>();
        await foreach (var message in MailboxReader.ReadAsync(stream, TestContext.Current.CancellationToken))
        {
            messages.Add(Encoding.ASCII.GetString(message.Bytes.Span));
        }

        Assert.Equal([$"X: 1\r\n\r\n{new string('c', 70_000)}\r\nFrom here\r\n", $"X: 2\r\n\r\nFrom {new string('d', 200_000)}"], messages);
    }

    private sealed class PiecesStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
