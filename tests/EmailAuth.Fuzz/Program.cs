using System.Globalization;
using EmailAuth.Fuzz;
using SharpFuzz;

// random: mutated seeds in this process. replay: a folder with a folder of inputs per target. afl: one target under AFL++, after
// `sharpfuzz EmailAuth.dll` has instrumented the library.
switch (args)
{
    case ["list"]:
        foreach (var target in FuzzTargets.All)
        {
            Console.WriteLine(target.Name);
        }

        return 0;

    case ["seeds", var folder]:
        foreach (var target in FuzzTargets.All)
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName;
            for (var i = 0; i < target.Seeds.Count; i++)
            {
                File.WriteAllBytes(Path.Combine(path, i.ToString("000", CultureInfo.InvariantCulture)), target.Seeds[i].Bytes);
            }
        }

        return 0;

    case ["replay", var folder]:
        return Replay.Run(folder);

    case ["random", var seconds, .. var rest]:
        return RandomRun.Run(
            TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
            rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : Environment.TickCount,
            rest.Length > 1 ? rest[1] : null);

    case ["instrument", var assembly]:
        Fuzzer.Instrument(assembly, _ => true, SharpFuzz.Options.Value);
        return 0;

    case ["afl", var name]:
        FuzzTarget? fuzzed = null;
        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            fuzzed ??= FuzzTargets.Named(name); // not before: what is instrumented writes to memory that AFL hands over first
            fuzzed.Run(input.GetBuffer().AsSpan(0, (int)input.Length));
        });
        return 0;

    default:
        Console.Error.WriteLine("list | seeds FOLDER | replay FOLDER | random SECONDS [SEED [TARGET]] | afl TARGET");
        return 2;
}
