using System.Globalization;
using dnlib.DotNet;
using dnlib.DotNet.Emit;

namespace EmailAuth.Fuzz;

/// <summary>Replays seeds and kept inputs and tells which of the library's branches they reach, by namespace.</summary>
internal static class Coverage
{
    /// <param name="folder">The folder that holds the corpus.</param>
    /// <param name="assemblies">The instrumented assemblies.</param>
    public static int Run(string folder, IReadOnlyList<string> assemblies)
    {
        var reached = new HashSet<(int, string)>();
        BranchTrace.Start((id, method) => reached.Add((id, method)));
        foreach (var target in FuzzTargets.All)
        {
            foreach (var input in target.Seeds.Select(seed => seed.Bytes).Concat(Corpus.Read(folder, target.Name).Select(kept => kept.Input)))
            {
                target.Run(input);
            }
        }

        var all = assemblies.SelectMany(Branches).ToArray();
        foreach (var group in all.GroupBy(branch => branch.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Print(group.Key, group.Count(branch => reached.Contains((branch.Id, branch.Method))), group.Count());
        }

        Print("all", all.Count(branch => reached.Contains((branch.Id, branch.Method))), all.Length);
        return reached.Count > 0 ? 0 : 1;
    }

    private static void Print(string name, int reached, int all) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36} {reached,6} of {all,6} branches {100.0 * reached / all,5:0.0} %"));

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
                        yield return (outermost.Namespace, instructions[i - 2].GetLdcI4Value(), method);
                    }
                }
            }
        }
    }
}
