// Verifies an exported log with the reference implementation of the Go team
// (golang.org/x/mod/sumdb): nothing of the proof code here is ours.
//
//	verify <folder> <file with verifier key> <file with an older checkpoint>
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ folder string }

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) read(tile tlog.Tile) ([]byte, error) {
	// Go's own paths name the height and say "data"; the specification's do neither.
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	path = strings.Replace(path, "data/", "entries/", 1)
	return os.ReadFile(filepath.Join(t.folder, "tile", path))
}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := t.read(tile)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func check(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func open(file string, keys note.Verifiers) tlog.Tree {
	data, err := os.ReadFile(file)
	check(err)
	opened, err := note.Open(data, keys)
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

func main() {
	folder := os.Args[1]
	vkey, err := os.ReadFile(os.Args[2])
	check(err)
	key, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	check(err)
	keys := note.VerifierList(key)
	tree := open(filepath.Join(folder, "checkpoint"), keys)
	older := open(os.Args[3], keys)
	source := tiles{folder}
	reader := tlog.TileHashReader(tree, source)

	// Every entry of every bundle against leaf hashes that are proven to be in the tree.
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		bundle, err := source.read(tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)})
		check(err)
		for n := first; n < first+width; n++ {
			if len(bundle) < 2 {
				check(fmt.Errorf("bundle ends before entry %d", n))
			}
			length := int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < 2+length {
				check(fmt.Errorf("entry %d is cut", n))
			}
			leaf := tlog.RecordHash(bundle[2 : 2+length])
			bundle = bundle[2+length:]
			proof, err := tlog.ProveRecord(tree.N, n, reader)
			check(err)
			check(tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf))
		}
		if len(bundle) != 0 {
			check(fmt.Errorf("bundle of entry %d has a rest", first))
		}
	}
	proof, err := tlog.ProveTree(tree.N, older.N, reader)
	check(err)
	check(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash))
	fmt.Printf("verified %d entries, consistent with %d\n", tree.N, older.N)
}
