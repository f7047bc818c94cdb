using System.Globalization;
using System.Runtime.CompilerServices;
using dnlib.DotNet;
using dnlib.DotNet.Emit;
using EmailAuth.Fuzz.Support;
using SharpFuzz;

namespace EmailAuth.Fuzz;

/// <summary>Which branches of the instrumented assemblies inputs reach.</summary>
internal static class Coverage
{
    private static readonly string[] Assemblies = ["EmailAuth", "EmailAuth.Inspection", "EmailAuth.Milter", "EmailAuth.Milter.Protocol", "EmailAuth.Reports", "EmailAuth.Testing", "EmailAuth.Cli"];

    private static readonly HashSet<(int Id, string Method)> Reached = new(new SameBranch());

    /// <summary>
    /// Makes the assemblies in a folder mark their branches, for AFL++; with SHARPFUZZ_ENABLE_ON_BRANCH_CALLBACK=1 for <see cref="BranchTrace"/>.
    /// </summary>
    public static void Instrument(string folder)
    {
        foreach (var assembly in Assemblies)
        {
            Fuzzer.Instrument(Path.Combine(folder, assembly + ".dll"), _ => true, SharpFuzz.Options.Value);
        }
    }

    /// <summary>Tells what the kept inputs of all targets reach, by target and by namespace.</summary>
    public static int Run()
    {
        BranchTrace.Start(static (id, method) => Reached.Add((id, method)));
        var together = new HashSet<(int, string)>(new SameBranch());
        foreach (var target in FuzzTargets.All)
        {
            var inputs = Corpus.Read(target.Name).Select(kept => kept.Input).ToArray();
            var own = inputs.SelectMany(input => BranchesOf(target, input)).ToHashSet(new SameBranch());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name,-36} {inputs.Length,6} inputs {own.Count,6} branches {own.Count(branch => !together.Contains(branch)),6} new"));
            together.UnionWith(own);
        }

        var all = Assemblies.SelectMany(assembly => Branches(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"))).ToArray();
        foreach (var group in all.GroupBy(branch => branch.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal).Append(all.GroupBy(_ => "all").Single()))
        {
            var (reached, count) = (group.Count(branch => together.Contains((branch.Id, branch.Method))), group.Count());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Key,-36} {reached,6} of {count,6} branches {100.0 * reached / count,5:0.0} %"));
        }

        return together.Count > 0 ? 0 : 1;
    }

    /// <summary>Keeps of the inputs of a target and of files the shortest that together reach what all of them reach.</summary>
    /// <returns>1 when a file breaks a promise, else 0.</returns>
    public static int Keep(FuzzTarget target, string files)
    {
        BranchTrace.Start(static (id, method) => Reached.Add((id, method)));
        var candidates = Corpus.Read(target.Name).Select(kept => kept.Input).Concat(Directory.GetFiles(files).Select(File.ReadAllBytes))
            .DistinctBy(Convert.ToBase64String).OrderBy(input => input.Length).ThenBy(Convert.ToBase64String, StringComparer.Ordinal);
        var (kept, counts, broken) = (new List<(byte[] Input, (int, string)[] Branches)>(), new Dictionary<(int, string), int>(new SameBranch()), 0);
        foreach (var input in candidates)
        {
            try
            {
                var branches = BranchesOf(target, input);
                if (kept.Count == 0 || branches.Any(branch => !counts.ContainsKey(branch)))
                {
                    kept.Add((input, branches));
                    Array.ForEach(branches, branch => counts[branch] = counts.GetValueOrDefault(branch) + 1);
                }
            }
            catch (FindingException e)
            {
                broken++;
                Console.WriteLine($"{target.Name}: {Convert.ToBase64String(input)}: {e.Message}");
            }
        }

        // A longer input may reach all that a shorter one does.
        kept.RemoveAll(one =>
        {
            var isNeeded = kept.Count == 1 || one.Branches.Any(branch => counts[branch] == 1);
            Array.ForEach(isNeeded ? [] : one.Branches, branch => counts[branch]--);
            return !isNeeded;
        });
        Corpus.Write(target.Name, kept.Select(one => one.Input));
        Console.WriteLine($"{target.Name}: {kept.Count} inputs of {kept.Sum(one => one.Input.Length)} bytes reach {counts.Count} branches");
        return broken == 0 ? 0 : 1;
    }

    private static (int, string)[] BranchesOf(FuzzTarget target, byte[] input)
    {
        Reached.Clear();
        target.Run(input);
        return [.. Reached];
    }

    // A literal of the code is one object.
    private sealed class SameBranch : IEqualityComparer<(int Id, string Method)>
    {
        public bool Equals((int Id, string Method) x, (int Id, string Method) y) => x.Id == y.Id && ReferenceEquals(x.Method, y.Method);

        public int GetHashCode((int Id, string Method) branch) => HashCode.Combine(branch.Id, RuntimeHelpers.GetHashCode(branch.Method));
    }

    // Each branch hands its number and its method's name to the callback.
    private static IEnumerable<(string Namespace, int Id, string Method)> Branches(string assembly)
    {
        using var module = ModuleDefMD.Load(assembly);
        foreach (var type in module.GetTypes())
        {
            var outermost = type;
            while (outermost.DeclaringType is { } outer)
            {
                outermost = outer;
            }

            foreach (var instructions in type.Methods.Where(method => method.HasBody).Select(method => method.Body.Instructions))
            {
                for (var i = 2; i < instructions.Count; i++)
                {
                    if (instructions[i].OpCode == OpCodes.Callvirt && instructions[i - 1].Operand is string method && instructions[i - 2].IsLdcI4()
                        && instructions[i].Operand is IMethod { Name: var called } && called == "Invoke")
                    {
                        yield return (outermost.Namespace, instructions[i - 2].GetLdcI4Value(), string.Intern(method));
                    }
                }
            }
        }
    }
}
