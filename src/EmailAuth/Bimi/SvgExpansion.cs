namespace EmailAuth.Bimi;

/// <summary>
/// How many elements a renderer draws when it follows every <c>use</c>: references that nest multiply, and a document of a few hundred
/// bytes may stand for billions of shapes, or for itself.
/// </summary>
internal sealed class SvgExpansion
{
    private const int NotVisited = 0;
    private const int InProgress = -1;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];

    /// <summary>Adds an element and answers its number.</summary>
    /// <param name="parent">The number of its parent, or -1.</param>
    public int Add(int parent)
    {
        _nodes.Add(new Node());
        var index = _nodes.Count - 1;
        if (parent >= 0)
        {
            _nodes[parent].Edges.Add(index);
        }

        return index;
    }

    /// <summary>Names an element; false when the name is taken.</summary>
    public bool TrySetId(int node, string id) => _ids.TryAdd(id, node);

    public void SetTarget(int node, string id) => _nodes[node].Target = id;

    /// <summary>Counts what is drawn.</summary>
    /// <returns>The count, not above <paramref name="limit"/> + 1; -1 when an element contains itself.</returns>
    public long Count(int limit)
    {
        if (_nodes.Count == 0)
        {
            return 0;
        }

        foreach (var node in _nodes)
        {
            if (node.Target is not null && _ids.TryGetValue(node.Target, out var target))
            {
                node.Edges.Add(target);
            }
        }

        // Depth first with a stack of its own: the document decides how deep it goes.
        var stack = new Stack<int>();
        stack.Push(0);
        while (stack.TryPeek(out var index))
        {
            var node = _nodes[index];
            if (node.Weight == NotVisited)
            {
                node.Weight = InProgress;
            }

            if (node.NextEdge == node.Edges.Count)
            {
                node.Weight = node.Sum + 1;
                stack.Pop();
                continue;
            }

            var edge = _nodes[node.Edges[node.NextEdge]];
            if (edge.Weight == InProgress)
            {
                return -1;
            }

            if (edge.Weight == NotVisited)
            {
                stack.Push(node.Edges[node.NextEdge]);
                continue;
            }

            node.Sum = Math.Min(node.Sum + edge.Weight, limit);
            node.NextEdge++;
        }

        return _nodes[0].Weight;
    }

    private sealed class Node
    {
        public List<int> Edges { get; } = [];

        public string? Target { get; set; }

        public int NextEdge { get; set; }

        public long Sum { get; set; }

        public long Weight { get; set; }
    }
}
