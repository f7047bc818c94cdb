using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dns;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace EmailAuth.Benchmarks;

/// <summary>A message of ordinary text, signed relaxed/relaxed by MimeKit, and what verifies it.</summary>
internal sealed class DkimSample : IDkimPublicKeyLocator
{
    private readonly AsymmetricKeyParameter _publicKey;

    public DkimSample(int bodyBytes)
    {
        Rsa = RSA.Create(2048);
        var pair = DotNetUtilities.GetRsaKeyPair(Rsa);
        _publicKey = pair.Public;
        KeyRecord = "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(Rsa.ExportSubjectPublicKeyInfo());
        Message = Sign(Text(bodyBytes), pair.Private);
        Resolver = new ZoneResolver(new Zone().Add("mail._domainkey.example.com", ZoneRecordType.Txt, KeyRecord));
        Verifier = new EmailAuth.Dkim.DkimVerifier(Resolver);
    }

    public RSA Rsa { get; }

    public string KeyRecord { get; }

    public byte[] Message { get; }

    public ZoneResolver Resolver { get; }

    public EmailAuth.Dkim.DkimVerifier Verifier { get; }

    public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) => _publicKey;

    public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        Task.FromResult(_publicKey);

    private static byte[] Text(int bodyBytes)
    {
        var text = new StringBuilder();
        text.Append("Received: from mail.example.com (mail.example.com [192.0.2.1])\r\n\tby mx.example.org with ESMTPS id 4TZ0Yv0b3Rz9sW8\r\n\tfor <bob@example.org>; Mon, 6 Jul 2026 10:00:00 +0000 (UTC)\r\n");
        text.Append("Received: from app-7.internal.example.com (unknown [198.51.100.7])\r\n\tby mail.example.com with ESMTPSA id 77E5F20011;\r\n\tMon, 6 Jul 2026 09:59:58 +0000 (UTC)\r\n");
        text.Append("From: Alice Example <alice@example.com>\r\nTo: Bob Example <bob@example.org>\r\nCc: Carol Example <carol@example.net>\r\n");
        text.Append("Subject: The minutes of last week's meeting, and what is left to do\r\nDate: Mon, 6 Jul 2026 09:59:57 +0000\r\nMessage-ID: <20260706095957.1A2B3C@example.com>\r\n");
        text.Append("In-Reply-To: <20260701120000.9Z8Y7X@example.org>\r\nReferences: <20260630080000.5K4J3H@example.org>\r\n <20260701120000.9Z8Y7X@example.org>\r\n");
        text.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nList-Unsubscribe: <https://example.com/u/1>\r\nX-Mailer: Example Mail 4.2\r\n\r\n");
        var random = new Random(6376);
        string[] words = ["the", "minutes", "of", "meeting", "and", "what", "is", "left", "to", "do", "before", "summer", "agreed", "that", "everyone", "reads", "them", "a"];
        var line = 0;
        for (var end = text.Length + bodyBytes; text.Length < end;)
        {
            var word = words[random.Next(words.Length)];
            line += word.Length + 1;
            text.Append(word).Append(line > 70 ? "\r\n" : " ");
            line = line > 70 ? 0 : line;
        }

        text.Append("end.\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Sign(byte[] text, AsymmetricKeyParameter key)
    {
        using var input = new MemoryStream(text);
        var message = MimeMessage.Load(input);
        var signer = new DkimSigner(key, "example.com", "mail", DkimSignatureAlgorithm.RsaSha256)
        {
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
        };
        signer.Sign(message, ["From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "List-Unsubscribe"]);
        using var output = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, output);
        return output.ToArray();
    }
}
