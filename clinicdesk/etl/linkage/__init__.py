"""Whether two records are about one person: traits compared, evidence weighed, three bins."""
