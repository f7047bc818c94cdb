using EmailAuth.Dkim;
using EmailAuth.Signatures;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>Messages damaged at random: always a result, and never a pass for what is signed and was changed.</summary>
public class DkimMutationTests
{
    private const string Body = "Hi  Bob,\r\n\r\nsee you.\r\n";

    private static readonly byte[] Message = TestSigner.Rsa2048.Sign(
        "From: alice@example.com\r\nTo: bob@example.org\r\nSubject: Hello\r\n\r\n" + Body, canonicalization: "simple/simple");

    private static readonly DkimVerifier Verifier = new(TestSigner.Rsa2048.Resolver());

    [Property(MaxTest = 500)]
    public async Task One_changed_byte_never_passes(uint position, byte by)
    {
        // Simple canonicalization covers every byte but those of b= that base64 ignores: white space, and bits past the end.
        var index = (int)(position % (uint)Message.Length);
        var changed = (byte[])Message.Clone();
        changed[index] = by;
        var results = await Verifier.VerifyAsync(changed, CancellationToken.None);
        var text = System.Text.Encoding.Latin1.GetString(Message);
        var isSignature = index > text.IndexOf("\tb=", StringComparison.Ordinal) + 2 && index < text.IndexOf("From:", StringComparison.Ordinal);
        Assert.True(isSignature || by == Message[index] || results.Code != SignatureResultCode.Pass, $"byte {index} became {by}");
    }

    [Property(MaxTest = 500)]
    public async Task Bytes_cut_out_put_in_and_cut_off_give_a_result(uint from, ushort count, byte[]? put, uint end)
    {
        var start = (int)(from % (uint)Message.Length);
        byte[] changed = [.. Message[..start], .. put ?? [], .. Message[Math.Min(Message.Length, start + (count % 64))..]];
        changed = changed[..(int)(end % (uint)(changed.Length + 1))];
        var whole = await Verifier.VerifyAsync(changed, CancellationToken.None);
        await using var stream = new ChunkedStream(changed, 1 + (count % 50));
        var streamed = await Verifier.VerifyAsync(stream, CancellationToken.None);
        Assert.Equal(whole.Signatures.Select(result => (result.Code, result.Reason)), streamed.Signatures.Select(result => (result.Code, result.Reason)));
        _ = whole.ToMethodResults();
    }
}
