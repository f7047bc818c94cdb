using EmailAuth.Fuzz.Support;
using EmailAuth.Fuzz.Targets;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>The test vectors, the messages in files, and whatever further vectors a folder holds: as they are, and with their bytes damaged.</summary>
internal sealed class VectorMail
{
    private static readonly byte[] Damage = [0, (byte)'\r', (byte)'\n', (byte)' ', (byte)'\t', (byte)':', (byte)';', (byte)'=', (byte)'"', (byte)'(', 0x80, 0xff];

    private readonly VectorRunner _runner = new();

    private VectorMail(IReadOnlyList<TestVector> vectors)
    {
        Vectors = vectors;
        Damaged = [.. vectors.Where(vector => vector.Input.Message is { IsEmpty: false })];
    }

    public IReadOnlyList<TestVector> Vectors { get; }

    private TestVector[] Damaged { get; }

    /// <summary>Reads the project's vectors, and those of a folder.</summary>
    /// <exception cref="FindingException">A file cannot be read.</exception>
    public static VectorMail Load(string? folder)
    {
        var files = Directory.GetFiles(Repository.PathOf("testdata", "vectors"), "*.jsonl")
            .Concat(folder is null ? [] : Directory.GetFiles(folder, "*.jsonl"))
            .Order(StringComparer.Ordinal);
        return new VectorMail([.. files.SelectMany(VectorFile.Read).Select(read => read.IsSuccess ? read.Value : throw new FindingException(read.Error.Reason))]);
    }

    public async Task RunAsync(TestVector vector)
    {
        var report = await _runner.RunAsync(vector);
        FindingException.ThrowIf(!report.IsPass, string.Join("; ", report.Mismatches));
    }

    /// <summary>One of them, damaged.</summary>
    public async Task RunDamagedAsync(Random random)
    {
        var vector = Damaged[random.Next(Damaged.Length)];
        var message = vector.Input.Message!.Value.ToArray();
        for (var count = random.Next(1, 8); count > 0; count--)
        {
            var at = random.Next(message.Length);
            switch (random.Next(8))
            {
                case 0:
                    message = [.. message[..at], .. message[random.Next(message.Length)..]];
                    break;
                case 1:
                    message = [.. message[..at], .. message];
                    break;
                default:
                    message[at] = Damage[random.Next(Damage.Length)];
                    break;
            }

            if (message.Length is 0 or > 256 * 1024)
            {
                break;
            }
        }

        try
        {
            OutcomeExpectations.Check(await _runner.EvaluateAsync(vector.Input with { Message = message }, vector.Zone));
        }
        catch (Exception e)
        {
            throw new FindingException($"{vector.Id}, damaged: {Convert.ToBase64String(message)}\n{e}", e);
        }
    }
}
